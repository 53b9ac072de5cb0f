using BpDao.Core;

namespace BpDao.Consensus.Ethash.Proof;

/// <summary>Sizes and seed of an Ethash epoch (Yellow Paper, appendix J.2).</summary>
/// <param name="CacheRows">Rows of 64 bytes in the light cache: a prime.</param>
/// <param name="DatasetRows">Rows of 128 bytes in the dataset: a prime.</param>
internal readonly record struct EpochParameters(uint CacheRows, uint DatasetRows)
{
    /// <summary>Blocks in an epoch.</summary>
    public const ulong Length = 30_000;

    // Past it the dataset has more rows than 32 bits count; mainnet ended in epoch 517.
    private const ulong LastEpoch = 32_000;

    private const long CacheInitial = 1L << 24, CacheGrowth = 1L << 17;
    private const long DatasetInitial = 1L << 30, DatasetGrowth = 1L << 23;

    /// <summary>Null past the epochs for which Ethash is defined here.</summary>
    public static EpochParameters? Of(ulong epoch)
    {
        if (epoch > LastEpoch) return null;
        long cache = CacheInitial + (CacheGrowth * (long)epoch);
        long dataset = DatasetInitial + (DatasetGrowth * (long)epoch);
        return new EpochParameters((uint)PrimeBelow(cache / EthashCache.RowBytes), (uint)PrimeBelow(dataset / Hashimoto.MixBytes));
    }

    public static Hash256 SeedOf(ulong epoch)
    {
        Hash256 seed = Hash256.Zero;
        for (ulong i = 0; i < epoch; i++) seed = Keccak256.Hash(seed.Bytes);
        return seed;
    }

    private static long PrimeBelow(long bound)
    {
        long candidate = bound - 1;
        while (!IsPrime(candidate)) candidate--;
        return candidate;
    }

    private static bool IsPrime(long value)
    {
        if (value % 2 == 0) return false;
        for (long divisor = 3; divisor * divisor <= value; divisor += 2)
        {
            if (value % divisor == 0) return false;
        }

        return true;
    }
}
