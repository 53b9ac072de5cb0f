using BpDao.Core;

namespace BpDao.Specs;

/// <summary>Blob parameters that Ethereum's forks brought (EIP-4844, 7691, 8134, 8135).</summary>
public static class BlobSchedules
{
    public static readonly BlobSchedule Cancun = new(Target: 3, Max: 6, BaseFeeUpdateFraction: 3_338_477);

    public static readonly BlobSchedule Prague = new(Target: 6, Max: 9, BaseFeeUpdateFraction: 5_007_716);

    public static readonly BlobSchedule Bpo1 = new(Target: 10, Max: 15, BaseFeeUpdateFraction: 8_346_193);

    public static readonly BlobSchedule Bpo2 = new(Target: 14, Max: 21, BaseFeeUpdateFraction: 11_684_671);

    /// <summary>The newest of a network's own schedules, where it has some; all zero before Cancun.</summary>
    public static BlobSchedule Of(Fork fork, IReadOnlyDictionary<Fork, BlobSchedule>? own)
    {
        if (own is null || fork < Fork.Cancun) return Of(fork);
        for (Fork named = fork; named >= Fork.Cancun; named--)
        {
            if (own.TryGetValue(named, out BlobSchedule schedule)) return schedule;
        }

        return Of(fork);
    }

    /// <summary>All zero before Cancun.</summary>
    public static BlobSchedule Of(Fork fork) => fork switch
    {
        < Fork.Cancun => default,
        Fork.Cancun => Cancun,
        Fork.Prague or Fork.Osaka => Prague,
        Fork.Bpo1 => Bpo1,
        _ => Bpo2,
    };
}
