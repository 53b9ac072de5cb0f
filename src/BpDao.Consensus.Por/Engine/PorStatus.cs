using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Where the engine stands, for RPC and metrics.</summary>
/// <param name="Height">The block being decided.</param>
/// <param name="Leader">Slot of the current round's leader.</param>
/// <param name="Slot">This node's own; null when its key is not on the bench.</param>
/// <param name="TakesPart">It signs at this height.</param>
/// <param name="Alarm">Why it has stopped signing; null while it has not.</param>
/// <param name="DroppedMessages">Messages of peers that found the inbox full, since start.</param>
public sealed record PorStatus(
    ulong Height, ulong Epoch, ulong Position, uint Round, uint Leader, uint? Slot, bool TakesPart, string? Alarm, RoundSummary? LastFailedRound,
    long DroppedMessages)
{
    public static PorStatus NotStarted { get; } = new(0, 0, 0, 0, 0, null, false, null, null, 0);
}

/// <summary>A round that ended without a block.</summary>
/// <param name="Silent">Slots of whom nothing was heard in it.</param>
public sealed record RoundSummary(
    ulong Height, uint Round, uint Leader, bool HadProposal, UInt256 WeightFor, UInt256 WeightAgainst, IReadOnlyList<uint> Silent);
