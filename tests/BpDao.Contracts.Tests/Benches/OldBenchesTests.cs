using BpDao.Consensus;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Db.Rocks;
using BpDao.State;
using Xunit;

namespace BpDao.Contracts.Tests.Benches;

/// <summary>ADR 0004: who voted, and what came of it, is known of every epoch, although states are kept of a few blocks only.</summary>
public sealed class OldBenchesTests : IDisposable
{
    private const ulong Epochs = 6;

    private static readonly StateOptions FewStates = new(3);
    private static readonly RocksOptions Small = new() { BlockCacheBytes = 8 << 20, WriteBufferBytes = 8 << 20 };

    private readonly string _directory = Directory.CreateTempSubdirectory("bpdao-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Benches_and_certificates_of_old_epochs_are_read_and_verified_after_their_states_are_gone_and_the_database_was_reopened()
    {
        PorNetwork network = new();
        Dictionary<ulong, Bench> benches = [];
        Dictionary<ulong, ulong> epochs = [];
        using (PorTestChain chain = new(network, RocksDatabase.Open(_directory, Small), FewStates))
        {
            while (chain.View() is { } view && view.Epoch < Epochs)
            {
                Transaction[] leave = view.Height == 20 ? [Bonding.Leave(chain, chain.KeyOf(3), Money.Rep(5_000_000))] : [];
                benches[view.Epoch] = view.Bench;
                epochs[view.Height] = view.Epoch;
                chain.Block(b => b.With(leave));
            }
        }

        using PorTestChain reopened = new(network, RocksDatabase.Open(_directory, Small), FewStates);

        Assert.NotEqual(benches[2].WeightOf(3), benches[3].WeightOf(3));
        Assert.Null(reopened.Node.Contracts.At(HeaderOf(reopened, reopened.Head.Number - 4).Hash));
        foreach ((ulong epoch, Bench bench) in benches) Assert.Equal(BenchRecord.Encode(bench), BenchRecord.Encode(reopened.Epochs.BenchOf(epoch)!));
        foreach ((ulong height, ulong epoch) in epochs)
        {
            Assert.Equal(epoch, reopened.Epochs.RecordOf(height)!.Epoch);
            Assert.Equal(BlockVerdict.Valid, reopened.Node.Rules.ValidateCertificate(HeaderOf(reopened, height), reopened.Node.Tree.CertificateByNumber(height)));
        }
    }

    private static BlockHeader HeaderOf(PorTestChain chain, ulong height) => chain.Node.Tree.HeaderByNumber(height)!;
}
