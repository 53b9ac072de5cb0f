using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>The base fee that a block must state (EIP-1559).</summary>
public static class BaseFee
{
    /// <summary>Of the first London block, in wei.</summary>
    public const ulong Initial = 1_000_000_000;

    /// <summary>The gas limit is so many times the target.</summary>
    public const ulong ElasticityMultiplier = 2;

    private const ulong MaxChangeDenominator = 8;

    /// <summary>The least that blocks from one with this base fee on can charge: below the denominator an eighth is nothing, and the fee falls no more.</summary>
    public static UInt256 LeastFrom(UInt256 fee) => UInt256.Min(fee, MaxChangeDenominator - 1);

    /// <param name="spec">The child's.</param>
    /// <returns>In wei; null before London.</returns>
    public static UInt256? Next(BlockHeader parent, IReleaseSpec spec)
    {
        if (!spec.IsLondon) return null;
        if (parent.BaseFeePerGas is not { } fee) return Initial;

        ulong target = parent.GasLimit / ElasticityMultiplier;
        if (parent.GasUsed == target) return fee;
        if (parent.GasUsed > target)
        {
            UInt256 rise = fee * (parent.GasUsed - target) / target / MaxChangeDenominator;
            return fee + UInt256.Max(rise, UInt256.One);
        }

        return fee - (fee * (target - parent.GasUsed) / target / MaxChangeDenominator);
    }
}
