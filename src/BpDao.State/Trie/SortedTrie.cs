using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>Root of a trie whose entries are all there, in order.</summary>
internal sealed class SortedTrie
{
    private readonly byte[][] _paths;
    private readonly KeyValuePair<byte[], ReadOnlyMemory<byte>>[] _entries;

    /// <param name="entries">Ordered by key, no key twice, no value empty.</param>
    public SortedTrie(KeyValuePair<byte[], ReadOnlyMemory<byte>>[] entries)
    {
        _entries = entries;
        _paths = Array.ConvertAll(entries, entry => Nibbles.Expand(entry.Key));
    }

    /// <param name="entries">Ordered by key, no key twice, no value empty.</param>
    public static Hash256 Root(KeyValuePair<byte[], ReadOnlyMemory<byte>>[] entries)
    {
        if (entries.Length == 0) return Account.EmptyTrieRoot;
        TrieNode root = new SortedTrie(entries).Node(0, entries.Length, 0);
        TrieHasher hasher = new(null);
        hasher.Add(root);
        hasher.Hash(null);
        return root.Hash;
    }

    /// <summary>All nibbles of the key of an entry.</summary>
    public byte[] Path(int entry) => _paths[entry];

    public ReadOnlyMemory<byte> Value(int entry) => _entries[entry].Value;

    /// <summary>The node above the entries from one index up to another, which share the first nibbles; of at least one.</summary>
    public TrieNode Node(int from, int to, int depth)
    {
        byte[] first = _paths[from];
        if (to - from == 1) return new LeafNode(first[depth..], _entries[from].Value.ToArray());

        // Sorted: what the first and the last share, all share.
        int common = first.AsSpan(depth).CommonPrefixLength(_paths[to - 1].AsSpan(depth));
        if (common > 0) return new ExtensionNode(first[depth..(depth + common)], Node(from, to, depth + common));

        BranchNode branch = new();
        if (first.Length == depth) branch.Value = _entries[from++].Value.ToArray();
        while (from < to)
        {
            byte nibble = _paths[from][depth];
            int end = from + 1;
            while (end < to && _paths[end][depth] == nibble) end++;
            branch[nibble] = Node(from, end, depth + 1);
            from = end;
        }

        return branch;
    }
}
