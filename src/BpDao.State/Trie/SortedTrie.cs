using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>Root of a trie whose entries are all there, in order: one pass, nothing kept.</summary>
internal sealed class SortedTrie
{
    private readonly RlpWriter _rlp = new(600);
    private readonly byte[][] _paths;
    private readonly KeyValuePair<byte[], ReadOnlyMemory<byte>>[] _entries;

    private SortedTrie(KeyValuePair<byte[], ReadOnlyMemory<byte>>[] entries)
    {
        _entries = entries;
        _paths = Array.ConvertAll(entries, entry => Nibbles.Expand(entry.Key));
    }

    /// <param name="entries">Ordered by key, no key twice, no value empty.</param>
    public static Hash256 Root(KeyValuePair<byte[], ReadOnlyMemory<byte>>[] entries)
    {
        if (entries.Length == 0) return Account.EmptyTrieRoot;
        byte[] reference = new SortedTrie(entries).Reference(0, entries.Length, 0);
        return TrieNodeCodec.IsHash(reference) ? new Hash256(reference) : Keccak256.Hash(reference);
    }

    /// <summary>Names the node above the entries from one index up to another, which share the first nibbles.</summary>
    private byte[] Reference(int from, int to, int depth)
    {
        byte[] first = _paths[from];
        if (to - from == 1) return Encode(new LeafNode(first[depth..], _entries[from].Value.ToArray()));

        // Sorted: what the first and the last share, all share.
        int common = first.AsSpan(depth).CommonPrefixLength(_paths[to - 1].AsSpan(depth));
        if (common > 0) return Encode(new ExtensionNode(first[depth..(depth + common)], new UnloadedNode(Reference(from, to, depth + common))));

        BranchNode branch = new();
        if (first.Length == depth) branch.Value = _entries[from++].Value.ToArray();
        while (from < to)
        {
            byte nibble = _paths[from][depth];
            int end = from + 1;
            while (end < to && _paths[end][depth] == nibble) end++;
            branch.Children[nibble] = new UnloadedNode(Reference(from, end, depth + 1));
            from = end;
        }

        return Encode(branch);
    }

    private byte[] Encode(TrieNode node)
    {
        _rlp.Clear();
        TrieNodeCodec.Write(_rlp, node);
        ReadOnlySpan<byte> rlp = _rlp.WrittenSpan;
        return rlp.Length < Hash256.Size ? rlp.ToArray() : Keccak256.Hash(rlp).ToArray();
    }
}
