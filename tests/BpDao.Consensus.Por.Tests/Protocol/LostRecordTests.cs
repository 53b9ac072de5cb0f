using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Protocol rule 4.6.</summary>
public sealed class LostRecordTests
{
    // A wiped node passes the heights that it has voted about on its way back to the head.
    [Fact]
    public void Who_lost_the_record_sits_out_all_heights_that_the_network_may_have_reached()
    {
        SafetyRules safety = new(new CrashableSafetyStore(), TestBench.SignerOf(0), TestBench.Domain, VotingRules.Default);
        PorProtocol protocol = new(safety, VotingRules.Default, TestBench.Verifier);
        Bench bench = TestBench.Equal(4);
        BlockCertificate certificate = TestBench.Certificate(MessageKind.Vote2, 4, 0, TestBench.GenesisHash, 0, 1, 2);
        CommittedParent parent = new(0, bench, certificate.Certificate);

        protocol.Handle(new HeightStarted(TestBench.Context(5, TestBench.GenesisHash, bench, committed: parent) with { MayBeBehind = 3 }));

        Assert.Equal(5UL + 1 + 3, safety.TakesPartFrom);
    }

    /// <summary><c>--por.unsafe-reset</c>: what this key signed before the loss comes back from the others.</summary>
    [Fact]
    public void After_a_reset_old_votes_of_the_own_key_do_not_stop_it_at_that_height_and_do_at_the_next()
    {
        Block block = TestBench.Block(1, TestBench.GenesisHash, 0, 0);
        Bench bench = TestBench.Equal(4);
        SafetyRules safety = new(new CrashableSafetyStore(), TestBench.SignerOf(1), TestBench.Domain, VotingRules.Default);
        safety.TakePartAfterReset();
        PorProtocol protocol = new(safety, VotingRules.Default, TestBench.Verifier);
        protocol.Handle(new HeightStarted(TestBench.Context(1, TestBench.GenesisHash, bench, r => r)));
        protocol.Handle(new MessageReceived(TestBench.Vote(MessageKind.Vote1For, 1, 0, block.Hash, 1), TestBench.PeerOf(2)));
        protocol.Handle(new MessageReceived(TestBench.Vote(MessageKind.Vote2, 1, 0, block.Hash, 1), TestBench.PeerOf(2)));
        Assert.True(safety.TakesPart);

        CommittedParent parent = new(0, bench, TestBench.Certificate(MessageKind.Vote2, 1, 0, block.Hash, 0, 2, 3).Certificate);
        protocol.Handle(new HeightStarted(TestBench.Context(2, block.Hash, bench, r => r, parent)));
        Assert.True(safety.TakesPart);
        protocol.Handle(new MessageReceived(TestBench.Vote(MessageKind.Vote1For, 2, 0, block.Hash, 1), TestBench.PeerOf(2)));
        Assert.False(safety.TakesPart);
    }
}
