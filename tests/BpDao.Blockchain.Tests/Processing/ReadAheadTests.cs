using BpDao.Consensus;
using BpDao.Core;
using BpDao.Evm;
using BpDao.State;
using BpDao.Testing.Chains;
using CsCheck;
using Xunit;

namespace BpDao.Blockchain.Tests;

/// <summary>Reading ahead warms caches and does nothing else.</summary>
public sealed class ReadAheadTests
{
    private static readonly Gen<List<List<RandomChain.Act>>> LongBlocks =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 4], Gen.Int[0, 3], (sender, kind, slot, value) => new RandomChain.Act(sender, kind, slot, value))
            .List[16, 60].List[1, 4];

    [Fact]
    public void A_block_comes_to_the_same_with_and_without_it() => LongBlocks.Sample(
        acts =>
        {
            using TestChain chain = new(RandomChain.Spec);
            foreach (byte[] encoded in RandomChain.Build(acts))
            {
                using StateView plain = chain.States.OpenView(chain.Head.StateRoot)!, warmed = chain.States.OpenView(chain.Head.StateRoot)!;
                using StatePrefetch prefetch = new(warmed, 3);
                ProcessedBlock without = Process(chain, encoded, plain, null), with = Process(chain, encoded, warmed, prefetch);

                Assert.Equal(BodyRoots.OfReceipts(without.Receipts), BodyRoots.OfReceipts(with.Receipts));
                Assert.Equal((without.GasUsed, without.Bloom, without.RequestsHash), (with.GasUsed, with.Bloom, with.RequestsHash));
                Assert.Equal(Text(without.Diff), Text(with.Diff));
                Assert.Equal(StateStore.Compute(plain, without.Diff).Root, StateStore.Compute(warmed, with.Diff).Root);
                chain.Commit(RandomChain.Decode(encoded));
            }
        },
        iter: 25, threads: 1);

    [Fact]
    public void An_account_that_cannot_be_read_is_the_executions_to_tell()
    {
        List<RandomChain.Act> acts = [.. Enumerable.Range(0, 40).Select(i => new RandomChain.Act(i % 4, 2, i % 5, 1))];
        byte[] encoded = RandomChain.Build([acts])[0];
        using TestChain chain = new(RandomChain.Spec);
        using StateView state = chain.States.OpenView(chain.Head.StateRoot)!;
        using StatePrefetch prefetch = new(state, 3);
        TornView torn = new(state);
        Block block = RandomChain.Decode(encoded);
        Assert.Throws<StateCorruptException>(() => chain.Processor.Process(
            block, torn, NoBlockHashes.Instance, _ => default, null, prefetch, CancellationToken.None, out _));
    }

    [Fact]
    public void A_cancelled_execution_stops_it_too()
    {
        List<RandomChain.Act> acts = [.. Enumerable.Range(0, 60).Select(i => new RandomChain.Act(i % 4, 4, 0, 0))];
        byte[] encoded = RandomChain.Build([acts])[0];
        using TestChain chain = new(RandomChain.Spec);
        using StateView state = chain.States.OpenView(chain.Head.StateRoot)!;
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        using StatePrefetch prefetch = new(state, 3);
        Assert.Throws<OperationCanceledException>(() => chain.Processor.Process(
            RandomChain.Decode(encoded), state, NoBlockHashes.Instance, _ => default, null, prefetch, cancelled.Token, out _));
        chain.Commit(RandomChain.Decode(encoded));
    }

    private static ProcessedBlock Process(TestChain chain, byte[] encoded, StateView state, StatePrefetch? prefetch)
    {
        BlockVerdict verdict = chain.Processor.Process(
            RandomChain.Decode(encoded), state, NoBlockHashes.Instance, diff => StateStore.Compute(state, diff).Root, null, prefetch,
            CancellationToken.None, out ProcessedBlock? processed);
        Assert.True(verdict.IsValid, verdict.ToString());
        return processed!;
    }

    private static List<string> Text(StateDiff diff) =>
    [
        .. diff.Accounts.OrderBy(a => a.Key).Select(a =>
            $"{a.Key} {a.Value.Exists} {a.Value.Nonce} {a.Value.Balance} {a.Value.CodeHash} {a.Value.StorageCleared} "
            + string.Join(' ', a.Value.Storage.OrderBy(s => s.Key).Select(s => $"{s.Key}={s.Value}"))),
        .. diff.Code.Keys.Order().Select(hash => hash.ToString()),
    ];

    /// <summary>A state whose slots cannot be read.</summary>
    private sealed class TornView(IStateView state) : IStateView
    {
        public bool TryGetAccount(in Address address, out Account account) => state.TryGetAccount(address, out account);

        public UInt256 GetStorage(in Address address, in UInt256 slot) => throw new StateCorruptException($"slot {slot} of {address}");

        public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash) => state.GetCode(codeHash);
    }
}
