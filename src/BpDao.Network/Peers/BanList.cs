using System.Net;
using BpDao.Core;

namespace BpDao.Network;

/// <summary>Scores and their end. Points heal with time, bans end; of each a bounded number is remembered. Thread-safe.</summary>
internal sealed class BanList(TimeSpan banTime, TimeProvider time)
{
    /// <summary>Points at which a node has used up its score.</summary>
    public const int Limit = 100;

    private const int Capacity = 4096;

    /// <summary>Longest ban, and how long earlier ones make the next one longer.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>A point is forgotten so often: what an honest node now and then gets never adds up.</summary>
    private static readonly TimeSpan HealingTime = TimeSpan.FromSeconds(6);

    private readonly Lock _gate = new();
    private readonly RecentMap<Hash256, (int Points, DateTimeOffset At)> _scores = new(Capacity, HealingTime * Limit, time);
    private readonly RecentMap<Hash256, (DateTimeOffset Until, int Times)> _nodes = new(Capacity, Memory, time);
    private readonly RecentMap<UInt128, DateTimeOffset> _addresses = new(Capacity, Memory, time);

    /// <summary>Nodes that are out now.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _nodes.Entries.Count(e => e.Value.Until > time.GetUtcNow());
        }
    }

    public bool IsBanned(in Hash256 id)
    {
        lock (_gate) return _nodes.TryGet(id, out (DateTimeOffset Until, int Times) ban) && ban.Until > time.GetUtcNow();
    }

    public bool IsBanned(IPAddress address)
    {
        lock (_gate) return _addresses.TryGet(NetworkAddress.Owner(address), out DateTimeOffset until) && until > time.GetUtcNow();
    }

    /// <summary>Adds points to a node.</summary>
    /// <returns>True when the score is used up.</returns>
    public bool Add(in Hash256 id, int points)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            int left = 0;
            if (_scores.TryGet(id, out (int Points, DateTimeOffset At) before)) left = Math.Max(0, before.Points - (int)((now - before.At) / HealingTime));
            int sum = Math.Min(Limit, left + Math.Max(0, points));
            _scores.Set(id, (sum, now));
            return sum == Limit;
        }
    }

    /// <summary>Keeps a node out, and its address unless that is of a local network, where others live behind it.</summary>
    /// <param name="longest">Of this ban.</param>
    public TimeSpan Ban(in Hash256 id, IPAddress address, TimeSpan? longest = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            int times = _nodes.TryGet(id, out (DateTimeOffset Until, int Times) before) ? before.Times + 1 : 1;
            TimeSpan span = banTime * (1 << Math.Min(times - 1, 16));
            TimeSpan most = longest ?? Memory;
            if (span > most) span = most;
            _nodes.Set(id, (now + span, times));
            if (!NetworkAddress.IsLocal(address)) _addresses.Set(NetworkAddress.Owner(address), now + span);
            _scores.Remove(id);
            return span;
        }
    }
}
