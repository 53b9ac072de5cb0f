using BpDao.Core;

namespace BpDao.Consensus.Ethash;

/// <summary>The difficulty that a block must state (Yellow Paper §4.3.4; EIP-2, EIP-100, and the delays of the bomb).</summary>
public static class Difficulty
{
    /// <summary>No block's difficulty is less.</summary>
    public const ulong Minimum = 131_072;

    private const ulong BoundDivisor = 2048, BombPeriod = 100_000;

    // The difficulty falls by at most so many steps from one block to the next.
    private const ulong MostStepsDown = 99;

    /// <param name="timestamp">The child's, not before the parent's.</param>
    /// <param name="spec">The child's; before Paris.</param>
    public static UInt256 Next(BlockHeader parent, ulong timestamp, IReleaseSpec spec)
    {
        UInt256 step = parent.Difficulty / BoundDivisor;
        (ulong up, ulong down) = Steps(parent, timestamp - parent.Timestamp, spec);
        UInt256 difficulty = up >= down ? parent.Difficulty + (step * (up - down)) : parent.Difficulty - (step * (down - up));
        return UInt256.Max(difficulty + Bomb(parent.Number + 1, spec), Minimum);
    }

    /// <summary>Steps up for being early, less those down for being late.</summary>
    private static (ulong Up, ulong Down) Steps(BlockHeader parent, ulong seconds, IReleaseSpec spec)
    {
        if (!spec.IsHomestead) return seconds < 13 ? (1ul, 0ul) : (0ul, 1ul);
        if (!spec.IsByzantium) return Bounded(1, seconds / 10);
        // EIP-100: ommers count as blocks.
        return Bounded(parent.OmmersHash == BlockHeader.EmptyOmmersHash ? 1ul : 2, seconds / 9);
    }

    private static (ulong Up, ulong Down) Bounded(ulong up, ulong down) => (up, Math.Min(down, up + MostStepsDown));

    /// <summary>Doubles every hundred thousand blocks.</summary>
    private static UInt256 Bomb(ulong number, IReleaseSpec spec)
    {
        ulong delay = BombDelay(spec);
        ulong period = (number > delay ? number - delay : 0) / BombPeriod;
        if (period < 2) return UInt256.Zero;
        // No block is ever found at such a difficulty; it only must not wrap around.
        return period - 2 < 255 ? UInt256.One << (int)(period - 2) : UInt256.One << 255;
    }

    /// <summary>EIP-649, 1234, 2384, 3554, 4345, 5133.</summary>
    private static ulong BombDelay(IReleaseSpec spec) => spec.Fork switch
    {
        >= Fork.GrayGlacier => 11_400_000,
        >= Fork.ArrowGlacier => 10_700_000,
        >= Fork.London => 9_700_000,
        >= Fork.MuirGlacier => 9_000_000,
        >= Fork.Constantinople => 5_000_000,
        >= Fork.Byzantium => 3_000_000,
        _ => 0,
    };
}
