namespace BpDao.State.Trie;

/// <summary>Half bytes, high one first, and their hex-prefix encoding (Yellow Paper appendix C).</summary>
internal static class Nibbles
{
    /// <summary>Writes two nibbles for each byte.</summary>
    public static void Expand(ReadOnlySpan<byte> bytes, Span<byte> nibbles)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            nibbles[2 * i] = (byte)(bytes[i] >> 4);
            nibbles[(2 * i) + 1] = (byte)(bytes[i] & 15);
        }
    }

    public static byte[] Expand(ReadOnlySpan<byte> bytes)
    {
        byte[] nibbles = new byte[2 * bytes.Length];
        Expand(bytes, nibbles);
        return nibbles;
    }

    /// <summary>Bytes that <see cref="Pack"/> writes for so many nibbles.</summary>
    public static int PackedLength(int nibbles) => (nibbles / 2) + 1;

    /// <summary>Hex-prefix: a flag nibble (2 for a leaf, 1 for odd length), then the nibbles.</summary>
    public static void Pack(ReadOnlySpan<byte> nibbles, bool isLeaf, Span<byte> packed)
    {
        bool odd = (nibbles.Length & 1) != 0;
        packed[0] = (byte)((isLeaf ? 0x20 : 0) | (odd ? 0x10 | nibbles[0] : 0));
        int from = odd ? 1 : 0;
        for (int i = 1; from < nibbles.Length; i++, from += 2) packed[i] = (byte)((nibbles[from] << 4) | nibbles[from + 1]);
    }

    /// <summary>False when the bytes are no hex-prefix encoding.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, out byte[] nibbles, out bool isLeaf)
    {
        nibbles = [];
        isLeaf = false;
        if (packed.IsEmpty) return false;
        int flags = packed[0] >> 4;
        bool odd = (flags & 1) != 0;
        if (flags > 3 || (!odd && (packed[0] & 15) != 0)) return false;

        isLeaf = (flags & 2) != 0;
        nibbles = new byte[(2 * (packed.Length - 1)) + (odd ? 1 : 0)];
        if (odd) nibbles[0] = (byte)(packed[0] & 15);
        Expand(packed[1..], nibbles.AsSpan(odd ? 1 : 0));
        return true;
    }
}
