using BpDao.Core;

namespace BpDao.Consensus.Ethash.Proof;

/// <summary>The light caches of the epochs used last; each is made once, by the first who asks. Safe for many threads.</summary>
internal sealed class EpochCaches
{
    // A chain's edge and the epoch before it: 32 MiB and more each.
    private const int Kept = 2;

    private readonly Lock _lock = new();
    private readonly List<Entry> _latestLast = [];

    /// <summary>Null when Ethash is not defined for that epoch.</summary>
    public EthashCache? Of(ulong epoch)
    {
        if (EpochParameters.Of(epoch) is not { } parameters) return null;
        Entry entry;
        lock (_lock)
        {
            int known = _latestLast.FindIndex(e => e.Epoch == epoch);
            entry = known >= 0
                ? _latestLast[known]
                : new Entry(epoch, new Lazy<EthashCache>(() => new EthashCache(parameters, EpochParameters.SeedOf(epoch))));
            if (known >= 0) _latestLast.RemoveAt(known);
            _latestLast.Add(entry);
            if (_latestLast.Count > Kept) _latestLast.RemoveAt(0);
        }

        return entry.Cache.Value;
    }

    private sealed record Entry(ulong Epoch, Lazy<EthashCache> Cache);
}
