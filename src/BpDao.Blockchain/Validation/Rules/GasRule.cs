using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain.Rules;

/// <summary>Bounds of the gas limit that hold under every engine. How it may move from block to block is the engine's.</summary>
internal sealed class GasRule : IHeaderRule
{
    private const ulong MinLimit = 5000, MaxLimit = long.MaxValue;

    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        if (header.GasLimit is < MinLimit or > MaxLimit) return new(BlockError.InvalidGasLimit, $"{header.GasLimit}");
        return header.GasUsed <= header.GasLimit
            ? default
            : new(BlockError.GasUsedOverLimit, $"{header.GasUsed} of {header.GasLimit}");
    }
}
