using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>A Merkle-Patricia trie over nodes that are loaded when a path needs them. Only what was changed is hashed again.</summary>
/// <remarks>Not for several threads. Loading fails with <see cref="StateCorruptException"/> where a node is missing.</remarks>
internal sealed class MerkleTrie
{
    private const int LongestKeyOnStack = 64;

    private readonly ITrieNodes _nodes;
    private readonly Dictionary<byte[], byte[]> _loaded = new(ByteStringComparer.Instance);
    private TrieNode? _root;

    /// <param name="nodes">The nodes of the trie as it is.</param>
    /// <param name="root">Its root hash.</param>
    public MerkleTrie(ITrieNodes nodes, in Hash256 root)
    {
        _nodes = nodes;
        _root = root == Account.EmptyTrieRoot ? null : new UnloadedNode(root.ToArray());
    }

    /// <summary>The value, or null.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key) => Walk(key, null);

    /// <summary>The RLP of the nodes on the way to a key, root first, as far as the trie goes; nodes shorter than a hash are
    /// inside their parent and not repeated (EIP-1186). The same list proves a value or its absence.</summary>
    public List<byte[]> Prove(ReadOnlySpan<byte> key)
    {
        List<byte[]> proof = [];
        Walk(key, proof);
        return proof;
    }

    /// <summary>Writes a value; an empty one removes the key.</summary>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> nibbles = key.Length <= LongestKeyOnStack ? stackalloc byte[2 * key.Length] : new byte[2 * key.Length];
        Nibbles.Expand(key, nibbles);
        _root = value.IsEmpty ? Remove(_root, nibbles, 0) : Insert(_root, nibbles, 0, value);
    }

    /// <summary>Hashes what changed, reports every row that differs from what was loaded, and returns the root.</summary>
    public Hash256 Hash(ITrieChanges changes)
    {
        TrieHasher hasher = new(_loaded);
        Hash256 root = hasher.Hash(_root);
        hasher.Report(changes);
        return root;
    }

    private byte[]? Walk(ReadOnlySpan<byte> key, List<byte[]>? proof)
    {
        Span<byte> nibbles = key.Length <= LongestKeyOnStack ? stackalloc byte[2 * key.Length] : new byte[2 * key.Length];
        Nibbles.Expand(key, nibbles);
        TrieNode? node = _root = Loaded(_root, []);
        for (int depth = 0; node is not null;)
        {
            if (proof is not null && node.IsStored) proof.Add(_loaded.GetAlternateLookup<ReadOnlySpan<byte>>()[nibbles[..depth]]);
            switch (node)
            {
                case LeafNode leaf:
                    return nibbles[depth..].SequenceEqual(leaf.Path) ? leaf.Value : null;
                case ExtensionNode extension:
                    if (!nibbles[depth..].StartsWith(extension.Path)) return null;
                    depth += extension.Path.Length;
                    node = extension.Child = Loaded(extension.Child, nibbles[..depth])!;
                    break;
                case BranchNode branch:
                    if (depth == nibbles.Length) return branch.Value;
                    ref TrieNode? child = ref branch.Children[nibbles[depth++]];
                    node = child = Loaded(child, nibbles[..depth]);
                    break;
            }
        }

        return null;
    }

    /// <param name="node">What is at <paramref name="depth"/> on the way.</param>
    /// <param name="key">All nibbles of the key; the first <paramref name="depth"/> lead to the node.</param>
    /// <param name="depth">Nibbles used up.</param>
    /// <param name="value">Not empty.</param>
    private TrieNode Insert(TrieNode? node, ReadOnlySpan<byte> key, int depth, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = key[depth..];
        switch (Loaded(node, key[..depth]))
        {
            case null:
                return new LeafNode(rest.ToArray(), value.ToArray());

            case LeafNode leaf:
            {
                int common = rest.CommonPrefixLength(leaf.Path);
                if (common < rest.Length || common < leaf.Path.Length)
                {
                    BranchNode fork = new();
                    Attach(fork, leaf.Path.AsSpan(common), leaf.Value);
                    Attach(fork, rest[common..], value.ToArray());
                    return Extend(rest[..common], fork);
                }

                if (value.SequenceEqual(leaf.Value)) return leaf;
                leaf.Value = value.ToArray();
                leaf.Reference = null;
                return leaf;
            }

            case ExtensionNode extension:
            {
                int common = rest.CommonPrefixLength(extension.Path);
                if (common == extension.Path.Length)
                {
                    extension.Child = Insert(extension.Child, key, depth + common, value);
                    if (extension.Child.IsDirty) extension.Reference = null;
                    return extension;
                }

                BranchNode fork = new();
                fork.Children[extension.Path[common]] = Extend(extension.Path.AsSpan(common + 1), extension.Child);
                Attach(fork, rest[common..], value.ToArray());
                return Extend(rest[..common], fork);
            }

            case BranchNode branch:
                if (rest.IsEmpty)
                {
                    if (branch.Value is not null && value.SequenceEqual(branch.Value)) return branch;
                    branch.Value = value.ToArray();
                    branch.Reference = null;
                    return branch;
                }

                TrieNode child = Insert(branch.Children[rest[0]], key, depth + 1, value);
                branch.Children[rest[0]] = child;
                if (child.IsDirty) branch.Reference = null;
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
                return rest.SequenceEqual(leaf.Path) ? null : leaf;

            case ExtensionNode extension:
            {
                if (!rest.StartsWith(extension.Path)) return extension;
                TrieNode child = Remove(extension.Child, key, depth + extension.Path.Length)!; // a branch leaves something behind
                extension.Child = child;
                if (!child.IsDirty) return extension;
                extension.Reference = null;
                return child is BranchNode ? extension : Extend(extension.Path, child);
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
                    ref TrieNode? slot = ref branch.Children[rest[0]];
                    if (slot is null) return branch;
                    slot = Remove(slot, key, depth + 1);
                    if (slot is { IsDirty: false }) return branch;
                }

                branch.Reference = null;
                return Collapse(branch, key[..depth]);
            }

            default:
                return null;
        }
    }

    /// <summary>A branch with a single thing left is a leaf or an extension.</summary>
    private TrieNode Collapse(BranchNode branch, ReadOnlySpan<byte> path)
    {
        int only = -1;
        for (int i = 0; i < 16; i++)
        {
            if (branch.Children[i] is null) continue;
            if (only >= 0 || branch.Value is not null) return branch;
            only = i;
        }

        if (only < 0) return new LeafNode([], branch.Value!);
        ReadOnlySpan<byte> nibble = [(byte)only];
        return Extend(nibble, Loaded(branch.Children[only], [.. path, (byte)only])!);
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
        else fork.Children[path[0]] = new LeafNode(path[1..].ToArray(), value);
    }

    private TrieNode? Loaded(TrieNode? node, ReadOnlySpan<byte> path)
    {
        if (node is not UnloadedNode) return node;
        byte[] rlp = _nodes.Load(path, new Hash256(node.Reference))
            ?? throw new StateCorruptException($"The trie node {Hex.Encode(node.Reference)} is missing at path {Convert.ToHexStringLower(path)}.");
        TrieNode loaded = TrieNodeCodec.Read(rlp);
        loaded.Reference = node.Reference;
        loaded.IsStored = true;
        _loaded[path.ToArray()] = rlp;
        return loaded;
    }
}
