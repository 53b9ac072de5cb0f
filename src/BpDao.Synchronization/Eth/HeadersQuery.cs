using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Which headers are asked for: from one block on, every (skip + 1)th.</summary>
/// <param name="Hash">The first block by its hash; null when <paramref name="Number"/> names it.</param>
/// <param name="Reverse">Towards genesis.</param>
public readonly record struct HeadersQuery(Hash256? Hash, ulong Number, ulong Limit, ulong Skip, bool Reverse)
{
    public static HeadersQuery From(ulong number, ulong limit) => new(null, number, limit, 0, false);

    public static HeadersQuery From(Hash256 hash, ulong limit) => new(hash, 0, limit, 0, false);

    /// <summary>[origin, limit, skip, reverse].</summary>
    internal void Write(RlpWriter w)
    {
        w.StartList();
        if (Hash is { } hash) w.Write(hash);
        else w.Write(Number);
        w.Write(Limit).Write(Skip).Write(Reverse ? 1UL : 0UL).EndList();
    }

    internal static bool TryRead(ref RlpReader reader, out HeadersQuery query)
    {
        query = default;
        if (!reader.TryReadList(out RlpReader r)) return false;
        Hash256? hash = null;
        ulong number = 0;
        RlpReader origin = r;
        if (r.TryReadHash(out Hash256 read))
        {
            hash = read;
        }
        else
        {
            r = origin;
            if (!r.TryReadUInt64(out number)) return false;
        }

        if (!r.TryReadUInt64(out ulong limit) || !r.TryReadUInt64(out ulong skip) || !r.TryReadUInt64(out ulong reverse) || reverse > 1 || !r.AtEnd) return false;
        query = new HeadersQuery(hash, number, limit, skip, reverse == 1);
        return true;
    }
}
