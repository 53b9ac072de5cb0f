using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>How far the current round of a height is.</summary>
public enum RoundPhase
{
    /// <summary>No proposal of the round is here.</summary>
    Proposal,

    /// <summary>A proposal is here, and no QC1 of the round.</summary>
    FirstVote,

    /// <summary>There is a QC1, and no commit certificate.</summary>
    SecondVote,

    /// <summary>The block has its certificate and is being written.</summary>
    Commit,

    /// <summary>This node has given the round up.</summary>
    GivenUp,

    /// <summary>Two blocks have commit certificates: nothing goes on here.</summary>
    Halted,
}

/// <summary>The current round as this node sees it; weights are REP in wei.</summary>
/// <param name="For">First votes for the round's proposal.</param>
/// <param name="Against">First votes against any block of the round.</param>
/// <param name="Second">Second votes for the round's proposal.</param>
/// <param name="GaveUp">Timeouts of this round.</param>
public readonly record struct RoundView(RoundPhase Phase, UInt256 For, UInt256 Against, UInt256 Second, UInt256 GaveUp);
