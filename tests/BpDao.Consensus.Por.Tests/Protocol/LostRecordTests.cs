using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
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
}
