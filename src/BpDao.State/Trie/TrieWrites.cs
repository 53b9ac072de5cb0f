using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>Values to be written into one trie under hashed keys, in the order of the keys.</summary>
internal sealed class TrieWrites
{
    private const int KeyNibbles = 2 * Hash256.Size;

    private readonly byte[] _keys;
    private readonly byte[]?[] _before;
    private readonly byte[][] _after;

    public TrieWrites(int count)
    {
        _keys = new byte[KeyNibbles * count];
        _before = new byte[]?[count];
        _after = new byte[count][];
    }

    public int Count => _after.Length;

    /// <summary>All nibbles of a key.</summary>
    public ReadOnlySpan<byte> Key(int index) => _keys.AsSpan(KeyNibbles * index, KeyNibbles);

    /// <summary>The value the trie has, as far as it is known; null when it has none, or nobody knows.</summary>
    public byte[]? Before(int index) => _before[index];

    /// <summary>The new value; an empty one removes the key.</summary>
    public byte[] After(int index) => _after[index];

    /// <summary>Fills in one write; the keys must ascend with the index.</summary>
    public void Set(int index, in Hash256 key, byte[]? before, byte[] after)
    {
        Nibbles.Expand(key.Bytes, _keys.AsSpan(KeyNibbles * index, KeyNibbles));
        _before[index] = before;
        _after[index] = after;
    }

    /// <summary>The first write from <paramref name="from"/> on, before <paramref name="to"/>, whose nibble at <paramref name="depth"/> is at
    /// least that; all of them share the nibbles before it.</summary>
    public int FirstAtLeast(int nibble, int from, int to, int depth)
    {
        while (from < to)
        {
            int middle = (from + to) >>> 1;
            if (_keys[(KeyNibbles * middle) + depth] < nibble) from = middle + 1;
            else to = middle;
        }

        return from;
    }
}

/// <summary>Some of the writes, those from one index up to another, and the trie or part of a trie that they all belong to.</summary>
internal readonly record struct TrieUpdate(MerkleTrie Trie, TrieWrites Writes, int From, int To)
{
    public int Count => To - From;
}
