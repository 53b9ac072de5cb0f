using BpDao.Core;

namespace BpDao.Synchronization.Snap;

/// <summary>Lists that several messages have.</summary>
internal static class SnapLists
{
    public static void WriteHashes(RlpWriter w, IReadOnlyList<Hash256> hashes)
    {
        w.StartList();
        foreach (Hash256 hash in hashes) w.Write(hash);
        w.EndList();
    }

    public static void WriteItems(RlpWriter w, IReadOnlyList<byte[]> items)
    {
        w.StartList();
        foreach (byte[] item in items) w.Write(item);
        w.EndList();
    }

    public static bool TryReadHashes(ref RlpReader r, out List<Hash256> hashes)
    {
        hashes = [];
        if (!r.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (hashes.Count == SnapLimits.ItemsOfRequest || !list.TryReadHash(out Hash256 hash)) return false;
            hashes.Add(hash);
        }

        return true;
    }

    public static bool TryReadItems(ref RlpReader r, int most, out List<byte[]> items)
    {
        items = [];
        if (!r.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (items.Count == most || !list.TryReadBytes(out ReadOnlySpan<byte> item)) return false;
            items.Add(item.ToArray());
        }

        return true;
    }
}
