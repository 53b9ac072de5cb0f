using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Protocol rule 4.8: nodes that start together are not all there at once, and nobody is to lose a turn for that.</summary>
public sealed class FirstRoundTests
{
    private static readonly Bench Four = TestBench.Equal(4);

    [Fact]
    public void The_first_round_of_a_process_gets_the_longest_time_and_no_other()
    {
        PorProtocol protocol = Follower();
        Assert.Equal(8000, Timer(protocol, Started(1, TestBench.GenesisHash)));
        TimeoutMessage[] timeouts = [.. Enumerable.Range(0, 3).Select(slot => TestBench.Timeout(1, 0, (uint)slot))];
        TimeoutCertificateMessage lost = new(0, 1, TestBench.TimeoutCertificate(1, 0, timeouts));
        Assert.Equal(1500, Timer(protocol, new MessageReceived(lost, TestBench.PeerOf(0))));
        Assert.Equal(1000, Timer(protocol, Started(2, Keccak256.Hash("block 1"u8))));
    }

    [Fact]
    public void A_voter_that_learns_only_then_that_it_may_vote_is_as_patient()
    {
        SafetyRules safety = new(new CrashableSafetyStore(), TestBench.SignerOf(1), TestBench.Domain, VotingRules.Default);
        PorProtocol protocol = new(safety, VotingRules.Default, TestBench.Verifier);
        protocol.Handle(Started(1, TestBench.GenesisHash));
        StatusMessage atGenesis = new(0, TestBench.GenesisHash, 0, null);
        protocol.Handle(new MessageReceived(atGenesis, TestBench.PeerOf(0)));
        Assert.Equal(8000, Timer(protocol, new MessageReceived(atGenesis, TestBench.PeerOf(2))));
        Assert.True(safety.TakesPart);
    }

    [Fact]
    public void A_patient_voter_gives_up_with_those_who_run_already()
    {
        LocalNode node = new LocalNode(3, Four).Start();
        node.ReceiveTimeouts(0, null, 1, 2);
        Assert.Equal(0u, node.Spoken.OfType<TimeoutMessage>().Single().Round);
        Assert.Equal(1u, node.Round);
    }

    private static PorProtocol Follower() => new(null, VotingRules.Default, TestBench.Verifier);

    private static HeightStarted Started(ulong height, Hash256 parent) => new(TestBench.Context(height, parent, Four));

    private static long Timer(PorProtocol protocol, PorEvent e) => protocol.Handle(e).OfType<StartTimer>().Single().Milliseconds;
}
