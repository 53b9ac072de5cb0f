using BpDao.Core;
using BpDao.State.Trie;

namespace BpDao.State.Ranges;

/// <summary>Goes down from the root along both edges of a range. Whatever is named by a node on the way was named by the root, so what lies
/// outside is skipped, what lies inside must be exactly what the leaves there hash to, and the edges go on.</summary>
internal sealed class RangeCheck
{
    private const int KeyNibbles = 2 * Hash256.Size;

    private readonly Dictionary<Hash256, byte[]> _nodes = [];
    private readonly List<(TrieNode Built, TrieNode Named)> _inside = [];
    private readonly SortedTrie _leaves;
    private readonly int _count;
    private readonly byte[] _left;
    private readonly byte[] _right;
    private bool _more;

    public RangeCheck(in Hash256 origin, IReadOnlyList<Leaf> leaves, IReadOnlyList<byte[]> nodes)
    {
        KeyValuePair<byte[], ReadOnlyMemory<byte>>[] entries = new KeyValuePair<byte[], ReadOnlyMemory<byte>>[leaves.Count];
        for (int i = 0; i < entries.Length; i++) entries[i] = new(leaves[i].Key.ToArray(), leaves[i].Value);
        _leaves = new SortedTrie(entries);
        _count = entries.Length;
        _left = Nibbles.Expand(origin.Bytes);
        _right = _count == 0 ? [] : _leaves.Path(_count - 1);
        foreach (byte[] node in nodes) _nodes[Keccak256.Hash(node)] = node;
    }

    public RangeVerdict Run(in Hash256 root)
    {
        bool ok = _nodes.Count == 0
            ? Inside(new UnloadedNode(root), 0, _count, 0)
            : Edge(new UnloadedNode(root), new Stretch(0, _count, 0), left: true, right: _count > 0);
        if (!ok || !InsideIsAsNamed()) return RangeVerdict.Invalid;
        return _more ? RangeVerdict.More : RangeVerdict.Last;
    }

    /// <summary>A node whose keys the origin is among, or the last leaf, or both.</summary>
    private bool Edge(TrieNode? node, Stretch at, bool left, bool right)
    {
        switch (Loaded(node))
        {
            case null:
                // Nothing is there; but for a node that the proof should have, then nobody knows.
                return node is null && at.IsEmpty;

            case LeafNode leaf:
                if (at.Depth + leaf.Path.Length != KeyNibbles) return false;
                if (IsOutside(leaf.Path, at, left, right)) return at.IsEmpty;
                return at.Count == 1 && _leaves.Path(at.From).AsSpan(at.Depth).SequenceEqual(leaf.Path) && _leaves.Value(at.From).Span.SequenceEqual(leaf.Value);

            case ExtensionNode extension:
                if (at.Depth + extension.Path.Length >= KeyNibbles) return false;
                if (IsOutside(extension.Path, at, left, right)) return at.IsEmpty;
                if (!AllBeginWith(extension.Path, at)) return false;
                return Child(
                    extension.Child, at with { Depth = at.Depth + extension.Path.Length },
                    left && Compare(extension.Path, _left, at.Depth) == 0, right && Compare(extension.Path, _right, at.Depth) == 0);

            case BranchNode branch:
                return at.Depth < KeyNibbles && branch.Value is null && Children(branch, at, left, right);

            default:
                return false;
        }
    }

    private bool Children(BranchNode branch, Stretch at, bool left, bool right)
    {
        int from = at.From;
        for (int nibble = 0; nibble < BranchNode.Width; nibble++)
        {
            if (left && nibble < _left[at.Depth]) continue;
            if (right && nibble > _right[at.Depth])
            {
                _more |= branch.Has(nibble);
                continue;
            }

            int to = from;
            while (to < at.To && _leaves.Path(to)[at.Depth] == nibble) to++;
            if (!Child(branch[nibble], new Stretch(from, to, at.Depth + 1), left && nibble == _left[at.Depth], right && nibble == _right[at.Depth])) return false;
            from = to;
        }

        return true;
    }

    private bool Child(TrieNode? node, Stretch at, bool left, bool right) =>
        left || right ? Edge(node, at, left, right) : Inside(node, at.From, at.To, at.Depth);

    private bool Inside(TrieNode? node, int from, int to, int depth)
    {
        if (node is null || from == to) return node is null && from == to;
        _inside.Add((_leaves.Node(from, to, depth), node));
        return true;
    }

    /// <summary>Hashes what was built of the leaves, all of it together.</summary>
    private bool InsideIsAsNamed()
    {
        TrieHasher hasher = new(null);
        foreach ((TrieNode built, _) in _inside) hasher.Add(built);
        hasher.Hash(null);
        foreach ((TrieNode built, TrieNode named) in _inside)
        {
            Hash256 expected = named.Embedded is { } embedded ? Keccak256.Hash(embedded) : named.Hash;
            if (built.Hash != expected) return false;
        }

        return true;
    }

    /// <summary>Everything below this path is before the origin, or behind the last leaf.</summary>
    private bool IsOutside(byte[] path, Stretch at, bool left, bool right)
    {
        if (left && Compare(path, _left, at.Depth) < 0) return true;
        if (!right || Compare(path, _right, at.Depth) <= 0) return false;
        _more = true;
        return true;
    }

    private bool AllBeginWith(byte[] path, Stretch at) => at.IsEmpty
        || (Compare(path, _leaves.Path(at.From), at.Depth) == 0 && Compare(path, _leaves.Path(at.To - 1), at.Depth) == 0);

    private static int Compare(byte[] path, byte[] key, int depth) => path.AsSpan().SequenceCompareTo(key.AsSpan(depth, path.Length));

    private TrieNode? Loaded(TrieNode? node) => node is not UnloadedNode ? node
        : _nodes.TryGetValue(node.Hash, out byte[]? row) ? TrieNodeCodec.Read(row, node.Hash) : null;

    /// <summary>Leaves from one index up to another, which share so many nibbles.</summary>
    private readonly record struct Stretch(int From, int To, int Depth)
    {
        public int Count => To - From;

        public bool IsEmpty => From == To;
    }
}
