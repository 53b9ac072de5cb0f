using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>What a timeout certificate must prove before it says which block is shown again (protocol rule 4.4): whoever may claim what he likes in one
/// unlocks every other block.</summary>
public sealed class TimeoutCertificateTests
{
    private static readonly Bench Four = TestBench.Equal(4);
    private static readonly Block X = TestBench.Block(1, TestBench.GenesisHash, 0, 0);
    private static readonly Block B = TestBench.Block(1, TestBench.GenesisHash, 1, 1);
    private static readonly BlockCertificate QcOfB = TestBench.Certificate(MessageKind.Vote1For, 1, 1, B.Hash, 0, 1, 2);

    [Fact]
    public void With_the_QC1_of_its_highest_claim_it_stands() => Assert.True(IsSound(Claiming(QcOfB, QcOfB.Certificate)));

    [Fact]
    public void Without_any_claim_it_stands_alone()
    {
        TimeoutMessage[] timeouts = [.. ((uint[])[0, 1, 3]).Select(s => TestBench.Timeout(1, 1, s))];
        Assert.True(IsSound(TestBench.TimeoutCertificate(1, 1, timeouts)));
        Assert.False(IsSound(TestBench.TimeoutCertificate(1, 1, timeouts) with { HighQc = QcOfB.Certificate }));
    }

    public static TheoryData<string> FalseProofs => ["none", "of another round", "of a round to come", "of another block", "of too few"];

    [Theory]
    [MemberData(nameof(FalseProofs))]
    public void A_claim_that_its_own_QC1_does_not_prove_makes_it_void(string proof) => Assert.False(IsSound(Claiming(FalseClaim, ProofThatIs(proof))));

    /// <summary>The vote 2 of this node and of another one for B may be part of a commit certificate that somebody has: X must never follow.</summary>
    [Theory]
    [MemberData(nameof(FalseProofs))]
    public void Nobody_is_unlocked_by_a_claim_that_is_not_proved(string proof)
    {
        LocalNode node = new LocalNode(1, Four).Start();
        node.ReceiveTimeouts(0, null, 0, 2, 3).Receive(TestBench.Proposal(1, 1, B, TestBench.TimeoutCertificate(1, 0, [.. ((uint[])[0, 2, 3]).Select(s => TestBench.Timeout(1, 0, s))]), 1), 1);
        node.ReceiveVotes(MessageKind.Vote1For, 1, B.Hash, 0, 2).Look();

        TimeoutCertificate forged = Claiming(FalseClaim, ProofThatIs(proof));
        node.Receive(new TimeoutCertificateMessage(0, 1, forged), 3).Receive(TestBench.Proposal(1, 2, X, forged, 2), 2);

        Assert.Equal(1u, node.Round);
        Assert.DoesNotContain(node.Look().OfType<Broadcast>(), b => b.Message is Vote);
    }

    /// <summary>Also where an older program has taken it for proof.</summary>
    [Fact]
    public void A_record_s_certificate_is_checked_when_it_is_read()
    {
        CrashableSafetyStore disk = new();
        LocalNode before = new LocalNode(1, Four, disk).Start();
        before.ReceiveTimeouts(0, null, 0, 2, 3).Look();
        before.Safety!.Observe(Claiming(FalseClaim, QcOfB.Certificate));
        before.Safety.Enter(2);
        before.Safety.VoteFirst(2, B, isValid: true, reason: 0);

        LocalNode after = new LocalNode(1, Four, disk).Start();
        after.ResendTime();

        Assert.Equal(2u, after.Round);
        Assert.DoesNotContain(after.Look().OfType<Broadcast>(), b => b.Message is TimeoutCertificateMessage);
    }

    private static BlockCertificate FalseClaim => TestBench.Certificate(MessageKind.Vote1For, 1, 1, X.Hash, 3);

    private static Certificate? ProofThatIs(string what) => what switch
    {
        "none" => null,
        "of another round" => TestBench.Certificate(MessageKind.Vote1For, 1, 0, X.Hash, 0, 1, 3).Certificate,
        "of a round to come" => TestBench.Certificate(MessageKind.Vote1For, 1, 2, X.Hash, 3).Certificate,
        "of another block" => QcOfB.Certificate,
        _ => FalseClaim.Certificate,
    };

    // Slots 0 and 2 claim what is true; slot 3 what it likes, as late a round as can be.
    private static TimeoutCertificate Claiming(BlockCertificate claim, Certificate? proof) =>
        TestBench.TimeoutCertificate(1, 1, TestBench.Timeout(1, 1, 0), TestBench.Timeout(1, 1, 2), TestBench.Timeout(1, 1, 3, claim)) with { HighQc = proof };

    private static bool IsSound(TimeoutCertificate tc) => TestBench.Verifier.Verify(tc, 0, 1, Four);
}
