using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>Hashes the changed nodes of a trie from the leaves up and finds which rows that changes.</summary>
internal sealed class TrieHasher(Dictionary<byte[], byte[]> loaded)
{
    private readonly RlpWriter _rlp = new(600);
    private readonly Dictionary<byte[], Written> _written = new(ByteStringComparer.Instance);
    private readonly HashSet<byte[]> _kept = new(ByteStringComparer.Instance);
    private byte[] _path = new byte[2 * Hash256.Size];

    public Hash256 Hash(TrieNode? root)
    {
        if (root is null) return Account.EmptyTrieRoot;
        Visit(root, 0);
        if (TrieNodeCodec.IsHash(root.Reference)) return new Hash256(root.Reference);

        // A root is hashed and stored however short it is.
        Hash256 hash = Keccak256.Hash(root.Reference);
        _written[[]] = new Written(root.Reference!, hash);
        return hash;
    }

    /// <summary>Rows that were written or are not part of the trie any more.</summary>
    public void Report(ITrieChanges changes)
    {
        foreach ((byte[] path, Written node) in _written) changes.Add(path, loaded.GetValueOrDefault(path), node.Rlp, node.Hash);
        foreach ((byte[] path, byte[] rlp) in loaded)
        {
            if (!_written.ContainsKey(path) && !_kept.Contains(path)) changes.Add(path, rlp, null, default);
        }
    }

    private void Visit(TrieNode node, int depth)
    {
        switch (node)
        {
            case UnloadedNode:
                return;
            case ExtensionNode extension:
                Reserve(depth + extension.Path.Length);
                extension.Path.CopyTo(_path, depth);
                Visit(extension.Child, depth + extension.Path.Length);
                break;
            case BranchNode branch:
                Reserve(depth + 1);
                for (int i = 0; i < 16; i++)
                {
                    if (branch.Children[i] is not { } child) continue;
                    _path[depth] = (byte)i;
                    Visit(child, depth + 1);
                }

                break;
        }

        if (node.IsDirty) Encode(node, depth);
        else if (node.IsStored) _kept.Add(_path[..depth]);
    }

    private void Encode(TrieNode node, int depth)
    {
        _rlp.Clear();
        TrieNodeCodec.Write(_rlp, node);
        ReadOnlySpan<byte> rlp = _rlp.WrittenSpan;
        if (rlp.Length < Hash256.Size)
        {
            node.Reference = rlp.ToArray();
            return;
        }

        Hash256 hash = Keccak256.Hash(rlp);
        node.Reference = hash.ToArray();
        _written[_path[..depth]] = new Written(rlp.ToArray(), hash);
    }

    private void Reserve(int depth)
    {
        if (depth > _path.Length) Array.Resize(ref _path, 2 * depth);
    }

    private readonly record struct Written(byte[] Rlp, Hash256 Hash);
}
