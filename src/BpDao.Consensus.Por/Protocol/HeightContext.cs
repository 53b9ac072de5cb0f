using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Who leads the rounds of one height (protocol rule 4.1). The same at every node: it reads only the state of the parent.</summary>
public interface ILeaderSchedule
{
    /// <summary>A slot of the height's bench.</summary>
    uint LeaderOf(uint round);
}

/// <summary>All that a height depends on; a function of the committed parent.</summary>
public sealed record HeightContext
{
    public required ulong Height { get; init; }

    public required ulong Epoch { get; init; }

    public required Hash256 ParentHash { get; init; }

    public required Bench Bench { get; init; }

    /// <summary>At the first height after operators gave slots up: the bench with them, on which a QC1 from before may stand. Null at every other.</summary>
    public Bench? WholeBench { get; init; }

    public required ILeaderSchedule Leaders { get; init; }

    public required TimerTable Timers { get; init; }

    /// <summary>K: how many later proposers may carry a vote (protocol rule 5.3).</summary>
    public required uint LateWindow { get; init; }

    /// <summary>The parent as it was committed; null for the genesis block.</summary>
    public CommittedParent? Parent { get; init; }

    /// <summary>The parent is young enough that this node has probably caught up.</summary>
    public bool IsRecent { get; init; } = true;

    /// <summary>How many blocks above the parent the network can have made by now: none follows another sooner than the interval.</summary>
    public ulong MayBeBehind { get; init; }

    /// <summary>Which votes the parent block carried, by height.</summary>
    public IReadOnlyList<CarriedVotes> Carried { get; init; } = [];

    /// <summary>Rejected blocks whose certificate the parent block carried.</summary>
    public IReadOnlyList<Hash256> CarriedRejections { get; init; } = [];
}

/// <summary>Votes about a height that a committed block has carried.</summary>
public readonly record struct CarriedVotes(ulong Height, SlotBitmap Signers);

/// <summary>A committed block as its voters left it.</summary>
public sealed record CommittedParent(ulong Epoch, Bench Bench, Certificate Certificate);
