using System.Net;

namespace BpDao.Network;

/// <summary>So many packets at once and so many a second from each address and from all together, in constant memory: addresses share a fixed number of
/// buckets by a hash that differs in every process. Not thread-safe.</summary>
/// <param name="burst">Of one address.</param>
/// <param name="perSecond">Of one address.</param>
/// <param name="totalPerSecond">Of all; as many at once.</param>
internal sealed class RateLimiter(int burst, int perSecond, int totalPerSecond, TimeProvider time)
{
    private const int Buckets = 4096;

    private readonly Bucket[] _buckets = new Bucket[Buckets];
    private readonly int _salt = Random.Shared.Next();
    private readonly long _start = time.GetTimestamp();
    private Bucket _all;

    /// <summary>False: drop it unread.</summary>
    public bool TryTake(IPEndPoint from)
    {
        // Nodes of one machine or network are told apart by their ports; on the internet a port costs nothing.
        int port = NetworkAddress.IsLocal(from.Address) ? from.Port : 0;
        int index = HashCode.Combine(_salt, NetworkAddress.Owner(from.Address), port) & (Buckets - 1);
        double now = time.GetElapsedTime(_start).TotalSeconds;
        return _buckets[index].TryTake(now, burst, perSecond) && _all.TryTake(now, totalPerSecond, totalPerSecond);
    }

    /// <summary>What was used, less what time gave back; zero is full, so a new bucket needs no set-up.</summary>
    private struct Bucket
    {
        private double _used, _at;

        public bool TryTake(double now, double burst, double perSecond)
        {
            _used = Math.Max(0, _used - ((now - _at) * perSecond));
            _at = now;
            if (_used + 1 > burst) return false;
            _used++;
            return true;
        }
    }
}
