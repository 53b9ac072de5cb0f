using BpDao.State.Trie;

namespace BpDao.State.Ranges;

/// <summary>Paths of trie nodes as they travel: hex-prefix (Yellow Paper appendix C).</summary>
public static class NodePath
{
    private const int MostNibbles = 64;

    public static byte[] Pack(ReadOnlySpan<byte> nibbles)
    {
        byte[] packed = new byte[Nibbles.PackedLength(nibbles.Length)];
        Nibbles.Pack(nibbles, isLeaf: false, packed);
        return packed;
    }

    /// <summary>False when the bytes are no path of a node.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, out byte[] nibbles) => Nibbles.TryUnpack(packed, out nibbles, out _) && nibbles.Length <= MostNibbles;
}
