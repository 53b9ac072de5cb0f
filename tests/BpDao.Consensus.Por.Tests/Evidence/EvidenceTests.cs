using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Evidence;

public sealed class EvidenceTests
{
    private static readonly EvidenceVerifier Verifier = new(TestBench.Verifier);

    public static TheoryData<EvidenceItem> Items => [.. Samples.All];

    [Theory]
    [MemberData(nameof(Items))]
    public void Proof_of_each_type_comes_back_as_it_went_out_and_convinces(EvidenceItem item)
    {
        byte[] encoded = EvidenceCodec.Encode(item);
        Assert.True(EvidenceCodec.TryDecode(encoded, out EvidenceItem? read));
        Assert.Equal(encoded, EvidenceCodec.Encode(read));
        Assert.Equal(item.Offenders, read.Offenders);
        Assert.Null(Verifier.FaultOf(read, Samples.Four));
    }

    [Theory]
    [MemberData(nameof(Items))]
    public void Cut_or_changed_bytes_convince_nobody_of_anything_else(EvidenceItem item)
    {
        byte[] encoded = EvidenceCodec.Encode(item);
        for (int length = 0; length < encoded.Length; length++) Assert.False(EvidenceCodec.TryDecode(encoded.AsSpan(0, length), out _));
        for (int at = 0; at < encoded.Length; at++)
        {
            byte[] changed = [.. encoded];
            changed[at] ^= 1;
            if (EvidenceCodec.TryDecode(changed, out EvidenceItem? read))
            {
                Assert.Equal(changed, EvidenceCodec.Encode(read));
                Assert.NotNull(Verifier.FaultOf(read, Samples.Four));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Items))]
    public void On_another_bench_it_proves_nothing(EvidenceItem item) => Assert.NotNull(Verifier.FaultOf(item, TestBench.Of(0, 1)));

    public static TheoryData<string, SignedStatement, SignedStatement> Innocent => new()
    {
        { "the same vote twice", Of(MessageKind.Vote2, 0, Samples.A), Of(MessageKind.Vote2, 0, Samples.A) },
        { "second votes in two rounds", Of(MessageKind.Vote2, 0, Samples.A), Of(MessageKind.Vote2, 1, Samples.B) },
        { "first votes in two rounds", Of(MessageKind.Vote1For, 0, Samples.A), Of(MessageKind.Vote1Against, 1, Samples.A) },
        { "for one block and a second vote for another", Of(MessageKind.Vote1For, 1, Samples.A), Of(MessageKind.Vote2, 0, Samples.B) },
        { "against one block and a second vote for another", Of(MessageKind.Vote1Against, 0, Samples.A), Of(MessageKind.Vote2, 1, Samples.B) },
        { "a timeout that claims the round of the second vote", Of(MessageKind.Vote2, 0, Samples.A), Timeout(1, claimed: 1) },
        { "a timeout of an earlier round than the second vote", Of(MessageKind.Vote2, 2, Samples.A), Timeout(1, claimed: 0) },
        { "two timeouts", Timeout(1, claimed: 0), Timeout(1, claimed: 1) },
        { "two voters", Of(MessageKind.Vote2, 0, Samples.A), Of(MessageKind.Vote2, 0, Samples.B) with { Slot = 1 } },
        { "two heights", Of(MessageKind.Vote2, 0, Samples.A), Of(MessageKind.Vote2, 0, Samples.B) with { Height = 2 } },
        { "two epochs", Of(MessageKind.Vote2, 0, Samples.A), Of(MessageKind.Vote2, 0, Samples.B) with { Epoch = 2 } },
    };

    [Theory]
    [MemberData(nameof(Innocent))]
    public void What_an_honest_voter_may_sign_is_no_evidence(string why, SignedStatement a, SignedStatement b)
    {
        Assert.NotEmpty(why);
        Assert.Null(EvidenceItem.Between(a, b));
        Assert.Null(EvidenceItem.Between(b, a));
    }

    [Fact]
    public void E5_needs_the_proposal_s_own_timeout_certificate()
    {
        EvidenceItem sound = Samples.IgnoredQc(3);
        // The same claim, made by others: the leader need not have had that certificate.
        TimeoutCertificate other = TestBench.TimeoutCertificate(1, 0, [.. ((uint[])[1, 2, 3]).Select(s => TestBench.Timeout(
            1, 0, s, TestBench.Certificate(MessageKind.Vote1For, 1, 0, Samples.A.Hash, 0, 1, 2)))]);
        Assert.NotNull(Verifier.FaultOf(sound with { Justification = other }, Samples.Four));

        TimeoutCertificate asks = Samples.AsksForA(0);
        EvidenceItem obedient = EvidenceItem.IgnoredQc(SignedStatement.Of(TestBench.Proposal(1, 1, Samples.A, asks, 3), 3), asks);
        Assert.NotNull(Verifier.FaultOf(obedient, Samples.Four));
    }

    [Fact]
    public void E6_names_those_who_signed_both_and_needs_one_round()
    {
        Assert.Equal([1u, 2u], Samples.TwoCommits().Offenders);
        Assert.Equal((byte)EvidenceType.DoubleSecondVote, Samples.TwoCommits().Kind);
        Assert.Null(EvidenceItem.TwoCommits(
            TestBench.Certificate(MessageKind.Vote2, 1, 0, Samples.A.Hash, 0, 1, 2), TestBench.Certificate(MessageKind.Vote2, 1, 1, Samples.B.Hash, 1, 2, 3)));
        EvidenceItem tooFew = EvidenceItem.TwoCommits(
            TestBench.Certificate(MessageKind.Vote2, 1, 0, Samples.A.Hash, 0, 1, 2), TestBench.Certificate(MessageKind.Vote2, 1, 0, Samples.B.Hash, 1, 2))!;
        Assert.NotNull(Verifier.FaultOf(tooFew, Samples.Four));
    }

    private static SignedStatement Of(MessageKind kind, uint round, Block block) => SignedStatement.Of(TestBench.Vote(kind, 1, round, block.Hash, 3));

    private static SignedStatement Timeout(uint round, uint claimed) => SignedStatement.OfTimeout(0, 1, round, 3, claimed, Samples.A.Hash, new byte[65]);
}
