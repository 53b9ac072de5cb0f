using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Rules;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Engine;

public sealed class ReadinessTests : IDisposable
{
    private readonly LoneChain _chain = new();
    private readonly Readiness _readiness;

    public ReadinessTests() => _readiness = new Readiness(_chain.Verifier, null);

    public void Dispose() => _chain.Dispose();

    [Fact]
    public void Junk_does_not_keep_an_honest_word_from_being_heard()
    {
        _chain.Commit(1);
        _readiness.Begin(_chain.View);
        for (uint i = 0; i < 5000; i++)
        {
            _readiness.Offer(new SaltRevealMessage(0, i % SlotBitmap.MaxSlots, Keccak256.Hash(BitConverter.GetBytes(i))), out _);
            _readiness.Offer(new ReadyMessage(0, i % SlotBitmap.MaxSlots, new byte[65]), out _);
        }

        Assert.True(_readiness.Offer(new ReadyMessage(0, 0, Ready()), out bool isForged));
        Assert.False(isForged);
    }

    [Fact]
    public void Another_signature_than_the_slot_s_is_forged_and_what_is_known_is_not()
    {
        _chain.Commit(1);
        _readiness.Begin(_chain.View);
        Assert.False(_readiness.Offer(new ReadyMessage(0, 0, new byte[65]), out bool isForged));
        Assert.True(isForged);
        Assert.False(_readiness.Offer(new SaltCommitMessage(0, 0, Hash256.Zero, new byte[65]), out isForged));
        Assert.True(isForged);

        Hash256 commit = Keccak256.Hash("commit"u8);
        SaltCommitMessage honest = new(0, 0, commit, _chain.Sign(_chain.Verifier.Domain.SaltCommit(0, commit)));
        Assert.True(_readiness.Offer(honest, out _));
        Assert.False(_readiness.Offer(honest, out isForged));
        Assert.False(isForged);
        Assert.Equal(commit, Assert.Single(_readiness.Collect(_chain.View).SaltCommits).Commit);
    }

    private byte[] Ready() =>
        _chain.Sign(_chain.Verifier.Domain.Ready(0, _chain.View.TryHashOf(_chain.View.Height - _chain.View.Position - 1, out Hash256 hash) ? hash : default));
}
