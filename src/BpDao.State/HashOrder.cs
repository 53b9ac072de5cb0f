using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.State;

/// <summary>Sorts hashes by their first eight bytes, and the few that are equal there by all.</summary>
internal static class HashOrder
{
    /// <summary>Where the hashes are, from the least to the greatest.</summary>
    public static int[] Of(ReadOnlySpan<Hash256> hashes)
    {
        ulong[] starts = new ulong[hashes.Length];
        int[] order = new int[hashes.Length];
        for (int i = 0; i < order.Length; i++) (starts[i], order[i]) = (BinaryPrimitives.ReadUInt64BigEndian(hashes[i].Bytes), i);
        Array.Sort(starts, order);
        for (int i = 1; i < order.Length; i++)
        {
            for (int j = i; j > 0 && starts[j - 1] == starts[j] && hashes[order[j - 1]] > hashes[order[j]]; j--)
            {
                (order[j - 1], order[j]) = (order[j], order[j - 1]);
            }
        }

        return order;
    }
}
