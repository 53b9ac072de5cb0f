using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>A Merkle-Patricia trie, or what is below a nibble of one, over nodes that are loaded when a path needs them.</summary>
/// <remarks>Not for several threads. Loading fails with <see cref="StateCorruptException"/> where a node is missing.</remarks>
internal sealed class MerkleTrie
{
    private readonly byte[] _owner;
    private readonly byte[] _path;
    private readonly List<RowWrite> _gone = [];

    /// <param name="nodes">The nodes of the trie as it is.</param>
    /// <param name="owner">What the keys of its rows begin with.</param>
    /// <param name="root">Its root hash.</param>
    public MerkleTrie(ITrieNodes nodes, ReadOnlySpan<byte> owner, in Hash256 root)
    {
        (Nodes, _owner, _path) = (nodes, owner.ToArray(), []);
        Root = root == Account.EmptyTrieRoot ? null : new UnloadedNode(root);
    }

    private MerkleTrie(MerkleTrie whole, byte nibble, TrieNode? root) =>
        (Nodes, _owner, _path, Root) = (whole.Nodes, whole._owner, [.. whole._path, nibble], root);

    public ITrieNodes Nodes { get; }

    /// <summary>Null when there is nothing in it.</summary>
    public TrieNode? Root { get; set; }

    /// <summary>Nibbles of a key that lead to <see cref="Root"/>: none, unless this is a part.</summary>
    public ReadOnlySpan<byte> Path => _path;

    public ReadOnlySpan<byte> Owner => _owner;

    /// <summary>The root hash of a whole trie that is hashed.</summary>
    public Hash256 RootHash => Root?.Hash ?? Account.EmptyTrieRoot;

    /// <summary>The value, or null.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key) => Walk(Nibbles.Expand(key), null);

    /// <summary>The RLP of the nodes on the way to a key, root first, as far as the trie goes; nodes shorter than a hash are
    /// inside their parent and not repeated (EIP-1186). The same list proves a value or its absence.</summary>
    public List<byte[]> Prove(ReadOnlySpan<byte> key)
    {
        List<byte[]> proof = [];
        Walk(Nibbles.Expand(key), proof);
        return proof;
    }

    /// <summary>Writes a value; an empty one removes the key.</summary>
    /// <param name="key">All nibbles of the key, from the root of the whole trie.</param>
    /// <param name="value">Becomes the trie's own.</param>
    public void Set(ReadOnlySpan<byte> key, byte[] value) =>
        Root = value.Length == 0 ? Remove(Root, key, _path.Length) : Insert(Root, key, _path.Length, value);

    /// <summary>The node with its content; itself when it is there already.</summary>
    /// <param name="node">Null for none.</param>
    /// <param name="path">The nibbles that lead to it.</param>
    public TrieNode? Loaded(TrieNode? node, ReadOnlySpan<byte> path)
    {
        if (node is not UnloadedNode) return node;
        byte[]? row = Nodes.Recall(node.Hash) ?? Nodes.Load(RowKey(path), node.Hash);
        return Loaded(node.Hash, path, row);
    }

    /// <summary>The node of a row.</summary>
    /// <param name="hash">Its name.</param>
    /// <param name="path">The nibbles that lead to it.</param>
    /// <param name="row">What was found there.</param>
    public TrieNode Loaded(in Hash256 hash, ReadOnlySpan<byte> path, byte[]? row)
    {
        if (row is null) throw new StateCorruptException($"The trie node {hash} is missing at path {Convert.ToHexStringLower(path)}.");
        TrieNode node = TrieNodeCodec.Read(row, hash);
        if (node is not LeafNode) Nodes.Remember(hash, row);
        return node;
    }

    public byte[] RowKey(ReadOnlySpan<byte> path) => [.. _owner, .. path];

    /// <summary>The child of the root behind a nibble, as a trie that can be changed and hashed by another thread.
    /// <see cref="Join"/> ends that.</summary>
    public MerkleTrie Part(int nibble) => new(this, (byte)nibble, ((BranchNode)Root!)[nibble]);

    /// <summary>Takes parts that are hashed back in. Their changes were reported; the root is left to be hashed.</summary>
    public void Join(IEnumerable<MerkleTrie> parts)
    {
        BranchNode branch = (BranchNode)Root!;
        foreach (MerkleTrie part in parts) branch[part._path[^1]] = part.Root;
        branch.IsDirty = true;
        Root = Collapse(branch, _path);
    }

    /// <summary>Moves the rows that are not part of the trie any more to <paramref name="rows"/>. A row may come again as written:
    /// report what is gone first.</summary>
    public void ReportGone(List<RowWrite> rows)
    {
        rows.AddRange(_gone);
        _gone.Clear();
    }

    private byte[]? Walk(ReadOnlySpan<byte> key, List<byte[]>? proof)
    {
        TrieNode? node = Root = Loaded(Root, []);
        for (int depth = 0; node is not null;)
        {
            if (node.Row is not null) proof?.Add(node.Row);
            switch (node)
            {
                case LeafNode leaf:
                    return key[depth..].SequenceEqual(leaf.Path) ? leaf.Value : null;
                case ExtensionNode extension:
                    if (!key[depth..].StartsWith(extension.Path)) return null;
                    depth += extension.Path.Length;
                    node = extension.Child = Loaded(extension.Child, key[..depth])!;
                    break;
                case BranchNode branch:
                    if (depth == key.Length) return branch.Value;
                    int nibble = key[depth++];
                    node = branch[nibble] = Loaded(branch[nibble], key[..depth]);
                    break;
            }
        }

        return null;
    }

    /// <param name="node">What is at <paramref name="depth"/> on the way.</param>
    /// <param name="key">All nibbles of the key; the first <paramref name="depth"/> lead to the node.</param>
    /// <param name="depth">Nibbles used up.</param>
    /// <param name="value">Not empty.</param>
    private TrieNode Insert(TrieNode? node, ReadOnlySpan<byte> key, int depth, byte[] value)
    {
        ReadOnlySpan<byte> rest = key[depth..];
        switch (Loaded(node, key[..depth]))
        {
            case null:
                return new LeafNode(rest.ToArray(), value);

            case LeafNode leaf:
            {
                int common = rest.CommonPrefixLength(leaf.Path);
                if (common < rest.Length || common < leaf.Path.Length)
                {
                    BranchNode fork = new();
                    Attach(fork, leaf.Path.AsSpan(common), leaf.Value);
                    Attach(fork, rest[common..], value);
                    return InPlaceOf(leaf, Extend(rest[..common], fork));
                }

                if (value.AsSpan().SequenceEqual(leaf.Value)) return leaf;
                leaf.Value = value;
                leaf.IsDirty = true;
                return leaf;
            }

            case ExtensionNode extension:
            {
                int common = rest.CommonPrefixLength(extension.Path);
                if (common == extension.Path.Length)
                {
                    extension.Child = Insert(extension.Child, key, depth + common, value);
                    extension.IsDirty |= extension.Child.IsDirty;
                    return extension;
                }

                BranchNode fork = new();
                fork[extension.Path[common]] = Extend(extension.Path.AsSpan(common + 1), extension.Child);
                Attach(fork, rest[common..], value);
                return InPlaceOf(extension, Extend(rest[..common], fork));
            }

            case BranchNode branch:
                if (rest.IsEmpty)
                {
                    if (branch.Value is not null && value.AsSpan().SequenceEqual(branch.Value)) return branch;
                    branch.Value = value;
                    branch.IsDirty = true;
                    return branch;
                }

                TrieNode child = Insert(branch[rest[0]], key, depth + 1, value);
                branch[rest[0]] = child;
                branch.IsDirty |= child.IsDirty;
                return branch;

            default:
                throw new InvalidOperationException("Not a node.");
        }
    }

    private TrieNode? Remove(TrieNode? node, ReadOnlySpan<byte> key, int depth)
    {
        ReadOnlySpan<byte> rest = key[depth..];
        switch (Loaded(node, key[..depth]))
        {
            case LeafNode leaf:
                if (!rest.SequenceEqual(leaf.Path)) return leaf;
                Leave(leaf, key[..depth]);
                return null;

            case ExtensionNode extension:
            {
                if (!rest.StartsWith(extension.Path)) return extension;
                int end = depth + extension.Path.Length;
                TrieNode child = Remove(extension.Child, key, end)!; // a branch leaves something behind
                extension.Child = child;
                if (!child.IsDirty) return extension;
                extension.IsDirty = true;
                if (child is BranchNode) return extension;
                Leave(child, key[..end]);
                return InPlaceOf(extension, Extend(extension.Path, child));
            }

            case BranchNode branch:
            {
                if (rest.IsEmpty)
                {
                    if (branch.Value is null) return branch;
                    branch.Value = null;
                }
                else
                {
                    if (!branch.Has(rest[0])) return branch;
                    TrieNode? child = Remove(branch[rest[0]], key, depth + 1);
                    branch[rest[0]] = child;
                    if (child is { IsDirty: false }) return branch;
                }

                branch.IsDirty = true;
                return Collapse(branch, key[..depth]);
            }

            default:
                return null;
        }
    }

    /// <summary>A branch with a single thing left is a leaf or an extension, and one with nothing left is nothing.</summary>
    private TrieNode? Collapse(BranchNode branch, ReadOnlySpan<byte> path)
    {
        int only = -1;
        for (int i = 0; i < BranchNode.Width; i++)
        {
            if (!branch.Has(i)) continue;
            if (only >= 0 || branch.Value is not null) return branch;
            only = i;
        }

        if (only >= 0)
        {
            byte[] childPath = [.. path, (byte)only];
            TrieNode child = Loaded(branch[only], childPath)!;
            if (child is not BranchNode) Leave(child, childPath);
            return InPlaceOf(branch, Extend([(byte)only], child));
        }

        if (branch.Value is not null) return InPlaceOf(branch, new LeafNode([], branch.Value));
        Leave(branch, path);
        return null;
    }

    /// <summary>A loaded node with more path in front: leaves and extensions take it up, a branch gets an extension.</summary>
    private static TrieNode Extend(ReadOnlySpan<byte> path, TrieNode node) => path.IsEmpty ? node : node switch
    {
        LeafNode leaf => new LeafNode([.. path, .. leaf.Path], leaf.Value),
        ExtensionNode extension => new ExtensionNode([.. path, .. extension.Path], extension.Child),
        _ => new ExtensionNode(path.ToArray(), node),
    };

    private static void Attach(BranchNode fork, ReadOnlySpan<byte> path, byte[] value)
    {
        if (path.IsEmpty) fork.Value = value;
        else fork[path[0]] = new LeafNode(path[1..].ToArray(), value);
    }

    /// <summary>The row stays where it is and will hold another node.</summary>
    private static TrieNode InPlaceOf(TrieNode old, TrieNode node)
    {
        node.Row = old.Row;
        return node;
    }

    /// <summary>Nothing is at the node's place any more.</summary>
    private void Leave(TrieNode node, ReadOnlySpan<byte> path)
    {
        if (node.Row is not null) _gone.Add(new RowWrite(RowKey(path), node.Row, null));
    }
}
