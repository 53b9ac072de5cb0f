using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Evidence;

/// <summary>Which two statements of one key an honest voter never signs both (protocol rule 7.1, E1–E4).</summary>
internal static class Contradictions
{
    /// <param name="a">Not after <paramref name="b"/> in their order.</param>
    public static EvidenceType? Between(SignedStatement a, SignedStatement b)
    {
        if (a.Slot != b.Slot || a.Epoch != b.Epoch || a.Height != b.Height || a.SaysTheSame(b)) return null;
        return (a.Kind, b.Kind) switch
        {
            (MessageKind.Proposal, MessageKind.Proposal) when a.Round == b.Round => EvidenceType.DoubleProposal,
            _ when a.IsFirstVote && b.IsFirstVote && a.Round == b.Round => EvidenceType.ContraryVotes,
            // Whatever the rounds: who found the block invalid stops voting when others certify it.
            (MessageKind.Vote1Against, MessageKind.Vote2) when a.BlockHash == b.BlockHash => EvidenceType.ContraryVotes,
            (MessageKind.Vote2, MessageKind.Vote2) when a.Round == b.Round => EvidenceType.DoubleSecondVote,
            (MessageKind.Vote2, MessageKind.Timeout) when b.Round >= a.Round && b.ClaimedRoundPlusOne < a.Round + 1 => EvidenceType.HiddenSecondVote,
            _ => null,
        };
    }
}
