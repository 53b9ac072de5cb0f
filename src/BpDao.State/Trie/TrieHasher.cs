using System.Runtime.InteropServices;
using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>Hashes the dirty nodes of any number of tries from the deepest level up, the nodes of a level together.</summary>
/// <param name="nodes">Remembers the hashed nodes that others are reached through; null for tries that nobody will read.</param>
internal sealed class TrieHasher(ITrieNodes? nodes)
{
    // So many nodes stay in the processor's cache from their encoding to their hashing.
    private const int MostAtOnce = 128;

    private readonly List<List<Dirty>> _levels = [];
    private readonly RlpWriter _rlp = new(4096);
    private readonly int[] _ends = new int[MostAtOnce];
    private readonly Hash256[] _hashes = new Hash256[MostAtOnce];
    private byte[] _key = new byte[128];

    /// <summary>Adds the dirty nodes of a trie. The root of a whole trie is hashed however short it is.</summary>
    public void Add(MerkleTrie trie)
    {
        if (trie.Root is null) return;
        int length = trie.Owner.Length + trie.Path.Length;
        Reserve(length);
        trie.Owner.CopyTo(_key);
        trie.Path.CopyTo(_key.AsSpan(trie.Owner.Length));
        Visit(trie.Root, length, 0, isRoot: trie.Path.IsEmpty);
    }

    /// <summary>Adds the nodes of a trie that is no part of any table.</summary>
    public void Add(TrieNode root) => Visit(root, 0, 0, isRoot: true);

    /// <summary>Hashes everything that was added.</summary>
    /// <param name="rows">Where the changed rows go; null when nobody wants them.</param>
    public void Hash(List<RowWrite>? rows)
    {
        for (int i = _levels.Count - 1; i >= 0; i--)
        {
            Span<Dirty> level = CollectionsMarshal.AsSpan(_levels[i]);
            for (; level.Length > MostAtOnce; level = level[MostAtOnce..]) Hash(level[..MostAtOnce], rows);
            Hash(level, rows);
            _levels[i].Clear();
        }
    }

    private void Visit(TrieNode node, int keyLength, int level, bool isRoot)
    {
        if (!node.IsDirty) return;
        if (_levels.Count == level) _levels.Add([]);
        _levels[level].Add(new Dirty(node, _key[..keyLength], isRoot));
        switch (node)
        {
            case ExtensionNode extension:
                Reserve(keyLength + extension.Path.Length);
                extension.Path.CopyTo(_key, keyLength);
                Visit(extension.Child, keyLength + extension.Path.Length, level + 1, isRoot: false);
                break;

            case BranchNode branch:
                Reserve(keyLength + 1);
                for (int i = 0; i < BranchNode.Width; i++)
                {
                    if (branch.InMemory(i) is not { } child) continue;
                    _key[keyLength] = (byte)i;
                    Visit(child, keyLength + 1, level + 1, isRoot: false);
                }

                break;
        }
    }

    private void Hash(ReadOnlySpan<Dirty> dirty, List<RowWrite>? rows)
    {
        _rlp.Clear();
        for (int i = 0; i < dirty.Length; i++)
        {
            TrieNodeCodec.Write(_rlp, dirty[i].Node);
            _ends[i] = _rlp.Length;
        }

        ReadOnlySpan<byte> all = _rlp.WrittenSpan;
        KeccakBatch.Hash(all, _ends.AsSpan(0, dirty.Length), _hashes.AsSpan(0, dirty.Length));
        for (int i = 0, start = 0; i < dirty.Length; start = _ends[i++])
        {
            ReadOnlySpan<byte> rlp = all[start.._ends[i]];
            (TrieNode node, byte[] key, bool isRoot) = dirty[i];
            byte[]? before = node.Row;
            bool isEmbedded = rlp.Length < Hash256.Size && !isRoot;
            byte[]? kept = isEmbedded || rows is not null ? rlp.ToArray() : null;
            node.IsDirty = false;
            node.Hash = _hashes[i];
            node.Embedded = isEmbedded ? kept : null;
            node.Row = isEmbedded ? null : kept;
            if (node.Row is not null && node is not LeafNode) nodes?.Remember(node.Hash, node.Row);
            if (before is not null || node.Row is not null) rows?.Add(new RowWrite(key, before, node.Row));
        }
    }

    private void Reserve(int length)
    {
        if (length > _key.Length) Array.Resize(ref _key, 2 * length);
    }

    private readonly record struct Dirty(TrieNode Node, byte[] Key, bool IsRoot);
}
