using System.Numerics;

namespace BpDao.Core;

/// <summary>The separate gas of blobs (EIP-4844, reserve price EIP-7918).</summary>
public static class BlobGas
{
    public const ulong PerBlob = 1 << 17;

    /// <summary>EIP-7918: execution gas that a blob is at least worth.</summary>
    private const ulong BlobBaseCost = 1 << 13;

    private const ulong MinBaseFee = 1;

    /// <summary>e^178 &gt; 2^256: past it the series need not be summed.</summary>
    private const ulong FirstPowerOfEAboveAWord = 178;

    /// <summary>Wei per blob gas in a block with this excess.</summary>
    public static UInt256 BaseFee(ulong excessBlobGas, in BlobSchedule schedule)
    {
        if (schedule.BaseFeeUpdateFraction == 0) return MinBaseFee;
        if (excessBlobGas / schedule.BaseFeeUpdateFraction >= FirstPowerOfEAboveAWord) return UInt256.MaxValue;
        BigInteger fee = FakeExponential(MinBaseFee, excessBlobGas, schedule.BaseFeeUpdateFraction);
        return fee.GetBitLength() > 256 ? UInt256.MaxValue : (UInt256)fee;
    }

    /// <summary>The excess that a block must state whose parent has these figures; <paramref name="spec"/> is the child's.</summary>
    public static ulong NextExcess(ulong parentExcess, ulong parentUsed, in UInt256 parentBaseFee, IReleaseSpec spec)
    {
        BlobSchedule blobs = spec.Blobs;
        ulong target = blobs.Target * PerBlob;
        if (parentExcess + parentUsed < target) return 0;
        if (spec.IsOsaka && (BigInteger)parentBaseFee * BlobBaseCost > (BigInteger)BaseFee(parentExcess, blobs) * PerBlob)
        {
            return parentExcess + (parentUsed * (blobs.Max - blobs.Target) / blobs.Max);
        }

        return parentExcess + parentUsed - target;
    }

    /// <summary>factor · e^(numerator / denominator) by Taylor expansion, as EIP-4844 defines it.</summary>
    private static BigInteger FakeExponential(ulong factor, ulong numerator, ulong denominator)
    {
        BigInteger sum = BigInteger.Zero;
        BigInteger term = (BigInteger)factor * denominator;
        for (ulong i = 1; !term.IsZero; i++)
        {
            sum += term;
            term = term * numerator / ((BigInteger)denominator * i);
        }

        return sum / denominator;
    }
}
