using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>The conditions of rules P, V1, V2 and T apart from all bookkeeping: they fit on one page, and tests break them one by one.</summary>
public interface IVotingRules
{
    /// <summary>P: the block that a proposal justified by this certificate must show again; null leaves the leader free.</summary>
    Hash256? MustRepropose(TimeoutCertificate? justification);

    bool MayPropose(SafetyRecord record, uint round);

    bool MayVoteFirst(SafetyRecord record, uint round);

    /// <summary>A first vote against.</summary>
    bool MayVoteAgainst(SafetyRecord record, uint round);

    bool MayVoteSecond(SafetyRecord record, uint round);

    bool MayGiveUp(SafetyRecord record, uint round);

    /// <summary>The QC1 that a timeout claims.</summary>
    BlockCertificate? ClaimOf(SafetyRecord record);
}

/// <summary>The protocol's own conditions (docs/consensus.md has the safety argument).</summary>
public sealed class VotingRules : IVotingRules
{
    public static VotingRules Default { get; } = new();

    /// <summary>A commit at round q leaves a QC1 of round ≥ q in every later timeout certificate, so nothing else can follow it.</summary>
    public Hash256? MustRepropose(TimeoutCertificate? justification) => justification?.HighBlockHash;

    public bool MayPropose(SafetyRecord record, uint round) => round >= record.CurrentRound && round > record.LastProposalRound;

    public bool MayVoteFirst(SafetyRecord record, uint round) =>
        round >= record.CurrentRound && round > record.TimeoutRound && round > record.LastVote1Round;

    /// <summary>Also in a round that is over: it certifies no block, and the first third of the votes against ends the round before the others
    /// have judged, although only two thirds together reject (docs/adr/0017-votes-against-in-a-round-that-is-over.md).</summary>
    public bool MayVoteAgainst(SafetyRecord record, uint round) => round > record.LastVote1Round;

    /// <summary>Not after giving the round up: that timeout said which QC1 was the highest. Strictly increasing, or an honest voter could be
    /// framed with two second votes.</summary>
    public bool MayVoteSecond(SafetyRecord record, uint round) =>
        round >= record.CurrentRound && round > record.TimeoutRound && round > record.LastVote2Round;

    public bool MayGiveUp(SafetyRecord record, uint round) => round >= record.CurrentRound && round > record.TimeoutRound;

    public BlockCertificate? ClaimOf(SafetyRecord record) => record.HighQc;
}
