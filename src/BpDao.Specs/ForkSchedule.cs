using BpDao.Core;

namespace BpDao.Specs;

/// <summary>When each fork begins: by block number up to Paris, which may also begin by total difficulty, by timestamp from Shanghai.</summary>
public sealed record ForkSchedule
{
    /// <summary>In fork order; a fork that is absent never happens.</summary>
    public required IReadOnlyList<ForkActivation> Activations { get; init; }

    /// <summary>Instead of a block for Paris: the total difficulty at which work ends (EIP-3675).</summary>
    public UInt256? TerminalTotalDifficulty { get; init; }

    /// <summary>A block that splits the network of those who merge from the others: no rule changes in it, but it counts in the fork id
    /// (EIP-2124).</summary>
    public ulong? MergeNetsplitBlock { get; init; }

    /// <summary>The first block of the DAO fork; null when it never happens.</summary>
    public ulong? DaoBlock
    {
        get
        {
            foreach (ForkActivation activation in Activations)
            {
                if (activation.Fork == Fork.Dao) return activation.Block;
            }

            return null;
        }
    }

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

    /// <summary>The newest fork in force in that block. Difficulty zero cannot come of work, so it tells a block after Paris; whether it may
    /// be one, its chain's total difficulty decides.</summary>
    public Fork At(BlockHeader header)
    {
        Fork fork = At(header.Number, header.Timestamp);
        return fork < Fork.Paris && TerminalTotalDifficulty is not null && header.Difficulty.IsZero ? Fork.Paris : fork;
    }
}

/// <summary>A fork and its first block, or its first timestamp.</summary>
public readonly record struct ForkActivation(Fork Fork, ulong Block, ulong? Timestamp);
