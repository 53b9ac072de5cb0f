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

    // It sits out a height that the others cannot end: only the operator can say that the key may sign.
    [Theory]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Who_lost_the_record_and_is_needed_is_told_what_to_do(int members, bool isNeeded)
    {
        SafetyRules safety = new(new CrashableSafetyStore(), TestBench.SignerOf(0), TestBench.Domain, VotingRules.Default);
        PorProtocol protocol = new(safety, VotingRules.Default, TestBench.Verifier);
        Bench bench = TestBench.Equal(members);
        BlockCertificate certificate = TestBench.Certificate(MessageKind.Vote2, 4, 0, TestBench.GenesisHash, [.. Enumerable.Range(0, members).Select(i => (uint)i)]);

        Alarm alarm = protocol.Handle(new HeightStarted(TestBench.Context(5, TestBench.GenesisHash, bench, committed: new CommittedParent(0, bench, certificate.Certificate))))
            .OfType<Alarm>().Single();

        Assert.Equal(AlarmKind.SafetyRecordLost, alarm.Kind);
        Assert.Equal(isNeeded, alarm.Detail.Contains("--por.unsafe-reset", StringComparison.Ordinal));
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

    // Besu #8425: one validator becomes two, and the second one's vote is needed at once.
    [Fact]
    public void A_newcomer_that_followed_the_chain_votes_in_its_first_height_on_the_bench()
    {
        CrashableSafetyStore store = new();
        Bench one = TestBench.Of(0, 1), two = TestBench.Of(1, 1, 1);
        Follow(store, 5, one);
        // Restarted just before it counts.
        PorProtocol protocol = Follow(store, 9, two);

        Block block = TestBench.Block(9, TestBench.GenesisHash, 0, 0);
        Vote? vote = null;
        foreach (PorEffect effect in protocol.Handle(new MessageReceived(TestBench.Proposal(9, 0, block, null, 0, epoch: 1), TestBench.PeerOf(0))))
        {
            if (effect is Judge) vote = protocol.Handle(new BlockJudged(block.Hash, Judgement.Valid, 0)).OfType<Broadcast>().Select(b => b.Message).OfType<Vote>().FirstOrDefault();
        }

        Assert.Equal(MessageKind.Vote1For, vote?.Kind);
    }

    [Fact]
    public void Who_was_restarted_before_it_signed_anything_has_lost_nothing()
    {
        CrashableSafetyStore store = new();
        new SafetyRules(store, TestBench.SignerOf(1), TestBench.Domain, VotingRules.Default).TakePartFrom(1);
        store.PowerCut();

        SafetyRules again = new(store, TestBench.SignerOf(1), TestBench.Domain, VotingRules.Default);
        Assert.Equal((SafetyCondition.Intact, 1UL), (again.Condition, again.TakesPartFrom));
    }

    private static PorProtocol Follow(CrashableSafetyStore store, ulong height, Bench bench)
    {
        SafetyRules safety = new(store, TestBench.SignerOf(1), TestBench.Domain, VotingRules.Default);
        PorProtocol protocol = new(safety, VotingRules.Default, TestBench.Verifier);
        CommittedParent parent = new(0, bench, TestBench.Certificate(MessageKind.Vote2, height - 1, 0, TestBench.GenesisHash, 0).Certificate);
        protocol.Handle(new HeightStarted(TestBench.Context(height, TestBench.GenesisHash, bench, _ => 0, parent) with { MayBeBehind = 3 }));
        return protocol;
    }
}
