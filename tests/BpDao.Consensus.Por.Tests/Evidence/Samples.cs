using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Consensus.Por.Tests.Evidence;

/// <summary>One proof of each type against slots of four equal voters.</summary>
internal static class Samples
{
    public static Bench Four { get; } = TestBench.Equal(4);

    public static Block A { get; } = TestBench.Block(1, TestBench.GenesisHash, 0, 0);

    public static Block B { get; } = TestBench.Block(1, TestBench.GenesisHash, 0, 0, variant: 1);

    public static EvidenceItem DoubleProposal(uint slot) => Pair(
        SignedStatement.Of(TestBench.Proposal(1, 0, A, null, slot), slot), SignedStatement.Of(TestBench.Proposal(1, 0, B, null, slot), slot));

    public static EvidenceItem ContraryVotes(uint slot) => Pair(
        SignedStatement.Of(TestBench.Vote(MessageKind.Vote1For, 1, 0, A.Hash, slot)), SignedStatement.Of(TestBench.Vote(MessageKind.Vote1Against, 1, 0, A.Hash, slot)));

    public static EvidenceItem DoubleSecondVote(uint slot, ulong height = 1, ulong epoch = 0) => Pair(
        SignedStatement.Of(TestBench.Vote(MessageKind.Vote2, height, 0, A.Hash, slot)) with { Epoch = epoch },
        SignedStatement.Of(TestBench.Vote(MessageKind.Vote2, height, 0, B.Hash, slot)) with { Epoch = epoch });

    public static EvidenceItem HiddenSecondVote(uint slot) => Pair(
        SignedStatement.Of(TestBench.Vote(MessageKind.Vote2, 1, 2, A.Hash, slot)), SignedStatement.Of(TestBench.Timeout(1, 3, slot)));

    public static EvidenceItem IgnoredQc(uint slot)
    {
        TimeoutCertificate tc = AsksForA(0);
        return EvidenceItem.IgnoredQc(SignedStatement.Of(TestBench.Proposal(1, 1, B, tc, slot), slot), tc);
    }

    public static EvidenceItem TwoCommits() => EvidenceItem.TwoCommits(
        TestBench.Certificate(MessageKind.Vote2, 1, 0, A.Hash, 0, 1, 2), TestBench.Certificate(MessageKind.Vote2, 1, 0, B.Hash, 1, 2, 3))!;

    public static IReadOnlyList<EvidenceItem> All { get; } =
        [DoubleProposal(3), ContraryVotes(3), DoubleSecondVote(3), HiddenSecondVote(3), IgnoredQc(3), TwoCommits()];

    public static TimeoutCertificate AsksForA(uint round)
    {
        BlockCertificate qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, A.Hash, 0, 1, 2);
        return TestBench.TimeoutCertificate(1, round, [.. ((uint[])[0, 1, 2]).Select(s => TestBench.Timeout(1, round, s, qc))]);
    }

    private static EvidenceItem Pair(SignedStatement a, SignedStatement b) => EvidenceItem.Between(a, b)!;
}
