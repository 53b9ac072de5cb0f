using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>EIP-3675: work ends with the first block that reaches the terminal total difficulty, and not before.</summary>
internal static class TerminalDifficulty
{
    /// <param name="terminal">Null: the network did not merge at a total difficulty, and its forks say it all.</param>
    public static BlockVerdict Validate(BlockHeader header, StoredHeader parent, UInt256? terminal)
    {
        if (terminal is not { } end) return default;
        bool workEnded = parent.TotalDifficulty >= end;
        return header.Difficulty.IsZero == workEnded
            ? default
            : new(BlockError.InvalidDifficulty, $"{header.Difficulty} after a total of {parent.TotalDifficulty}; work ends at {end}");
    }
}
