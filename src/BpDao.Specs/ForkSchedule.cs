using BpDao.Core;

namespace BpDao.Specs;

/// <summary>When each fork begins: by block number up to Paris, by timestamp from Shanghai.</summary>
public sealed record ForkSchedule
{
    /// <summary>In fork order; a fork that is absent never happens.</summary>
    public required IReadOnlyList<ForkActivation> Activations { get; init; }

    /// <summary>Everything up to <paramref name="latest"/> holds from genesis.</summary>
    public static ForkSchedule FromGenesis(Fork latest) => new()
    {
        Activations = [.. Enum.GetValues<Fork>().Where(f => f <= latest && f != Fork.Dao).Select(f => new ForkActivation(f, 0, null))],
    };

    /// <summary>The newest fork in force at that block.</summary>
    public Fork At(ulong blockNumber, ulong timestamp)
    {
        Fork fork = Fork.Frontier;
        foreach (ForkActivation activation in Activations)
        {
            if (blockNumber >= activation.Block && timestamp >= (activation.Timestamp ?? 0)) fork = activation.Fork;
        }

        return fork;
    }
}

/// <summary>A fork and its first block, or its first timestamp.</summary>
public readonly record struct ForkActivation(Fork Fork, ulong Block, ulong? Timestamp);
