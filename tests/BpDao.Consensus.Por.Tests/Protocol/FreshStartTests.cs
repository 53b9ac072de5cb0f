using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>A wiped node on the genesis block must not believe the first peer that says the network is new.</summary>
public sealed class FreshStartTests
{
    private readonly FreshStart _start = new(members: 4);

    [Fact]
    public void Two_peers_at_genesis_are_believed_and_one_is_not()
    {
        Learn(1, 0);
        Learn(1, 0);
        Assert.False(_start.IsSettled(claimed: 0));
        Learn(2, 0);
        Assert.True(_start.IsSettled(claimed: 0));
    }

    [Fact]
    public void One_peer_is_enough_after_a_while_and_none_never_is()
    {
        Wait(FreshStart.Patience);
        Assert.False(_start.IsSettled(claimed: 0));
        Learn(1, 0);
        Assert.True(_start.IsSettled(claimed: 0));
    }

    [Fact]
    public void Whoever_claims_to_be_further_is_asked_first()
    {
        Learn(1, 0);
        Learn(2, 0);
        Assert.False(_start.IsSettled(claimed: 5));
        Wait(FreshStart.Patience);
        Assert.False(_start.IsSettled(claimed: 5));
    }

    [Fact]
    public void A_claim_that_nobody_shows_does_not_keep_a_network_from_beginning()
    {
        Learn(1, 0);
        Learn(2, 0);
        Wait(4 * FreshStart.Patience);
        Assert.True(_start.IsSettled(claimed: 5));
    }

    [Fact]
    public void Of_two_there_is_only_one_other()
    {
        FreshStart two = new(members: 2);
        two.Learn(TestBench.PeerOf(1), 0);
        Assert.True(two.IsSettled(claimed: 0));
    }

    [Fact]
    public void A_wiped_validator_votes_once_two_peers_stand_at_genesis()
    {
        SafetyRules safety = new(new CrashableSafetyStore(), TestBench.SignerOf(1), TestBench.Domain, VotingRules.Default);
        PorProtocol protocol = new(safety, VotingRules.Default, TestBench.Verifier);
        protocol.Handle(new HeightStarted(TestBench.Context(1, TestBench.GenesisHash, TestBench.Equal(4), r => r)));
        StatusMessage atGenesis = new(0, TestBench.GenesisHash, 0, null);
        protocol.Handle(new MessageReceived(atGenesis, TestBench.PeerOf(0)));
        Assert.False(safety.TakesPart);
        protocol.Handle(new MessageReceived(atGenesis, TestBench.PeerOf(2)));
        Assert.True(safety.TakesPart);
    }

    private void Learn(uint peer, ulong committed) => _start.Learn(TestBench.PeerOf(peer), committed);

    private void Wait(int periods)
    {
        for (int i = 0; i < periods; i++) _start.Tick();
    }
}
