using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Where the engine stands, for RPC and metrics.</summary>
/// <param name="Height">The block being decided.</param>
/// <param name="Leader">Slot of the current round's leader.</param>
/// <param name="Slot">This node's own; null when its key is not on the bench, or it has none.</param>
/// <param name="TakesPart">It signs at this height.</param>
/// <param name="Alarm">Why it has stopped signing; null while it has not.</param>
/// <param name="DroppedMessages">Messages of peers that found the inbox full, since start.</param>
public sealed record PorStatus(
    ulong Height, ulong Epoch, ulong Position, uint Round, uint Leader, uint? Slot, bool TakesPart, string? Alarm, RoundSummary? LastFailedRound,
    long DroppedMessages)
{
    public static PorStatus NotStarted { get; } = new(0, 0, 0, 0, 0, null, false, null, null, 0);

    public RoundView View { get; init; }

    /// <summary>W of the height's bench, REP in wei.</summary>
    public UInt256 TotalWeight { get; init; }

    /// <summary>Null before the first block that was committed here.</summary>
    public HeightSummary? LastHeight { get; init; }

    /// <summary>The last proposal here whose block broke a rule; null before the first.</summary>
    public BlockRefused? LastRefusedBlock { get; init; }

    /// <summary>Evidence that waits for a block.</summary>
    public int Evidence { get; init; }

    /// <summary>What this node does, for people.</summary>
    public string Role => Alarm is not null ? "stopped" : TakesPart ? "votes" : Slot is null ? "follows" : "sits out";
}

/// <summary>A round that ended without a block.</summary>
/// <param name="Silent">Slots of whom nothing was heard in it.</param>
public sealed record RoundSummary(
    ulong Height, uint Round, uint Leader, bool HadProposal, UInt256 WeightFor, UInt256 WeightAgainst, IReadOnlyList<uint> Silent);

/// <summary>A height that ended with a block.</summary>
/// <param name="Round">The round that committed.</param>
/// <param name="Weight">Of the second votes in its certificate, REP in wei.</param>
/// <param name="Absent">Slots that are not in the certificate.</param>
/// <param name="Milliseconds">From the earliest time of the block, or from when this node began the height, to its commit here.</param>
public sealed record HeightSummary(
    ulong Height, Hash256 Hash, uint Producer, uint Round, UInt256 Weight, IReadOnlyList<uint> Absent, long Milliseconds)
{
    public required HeightTimes Times { get; init; }
}

/// <summary>When a height came how far at this node: milliseconds after the earliest time that its block could have, by this node's clock; what did not
/// happen here is null.</summary>
/// <param name="Began">The block before it was on disk.</param>
public sealed record HeightTimes(long Began)
{
    /// <summary>The proposal was built, or had come and was read.</summary>
    public long? Proposed { get; init; }

    /// <summary>It was executed and found valid; the one who built it has done that before.</summary>
    public long? Judged { get; init; }

    /// <summary>It had a commit certificate.</summary>
    public long? Decided { get; init; }

    /// <summary>It was on disk.</summary>
    public long Committed { get; init; }
}
