namespace BpDao.Db.Memory;

/// <summary>An immutable ordered map of byte strings: an AVL tree whose versions share what they have in common,
/// so that keeping an old version costs nothing.</summary>
internal sealed class PersistentMap
{
    public static readonly PersistentMap Empty = new(null, 0);

    private readonly Node? _root;

    private PersistentMap(Node? root, int count)
    {
        _root = root;
        Count = count;
    }

    public int Count { get; }

    public byte[]? Find(ReadOnlySpan<byte> key)
    {
        for (Node? node = _root; node is not null;)
        {
            int order = key.SequenceCompareTo(node.Key);
            if (order == 0) return node.Value;
            node = order < 0 ? node.Left : node.Right;
        }

        return null;
    }

    /// <summary>The arrays become the map's own.</summary>
    public PersistentMap With(byte[] key, byte[] value)
    {
        bool added = false;
        Node root = Insert(_root, key, value, ref added);
        return new PersistentMap(root, added ? Count + 1 : Count);
    }

    public PersistentMap Without(ReadOnlySpan<byte> key)
    {
        bool removed = false;
        Node? root = Remove(_root, key, ref removed);
        return removed ? new PersistentMap(root, Count - 1) : this;
    }

    public Cursor Walk(KeyRange range, bool backward) => new(_root, range, backward);

    private static Node Insert(Node? node, byte[] key, byte[] value, ref bool added)
    {
        if (node is null)
        {
            added = true;
            return new Node(key, value, null, null);
        }

        int order = key.AsSpan().SequenceCompareTo(node.Key);
        return order == 0 ? new Node(node.Key, value, node.Left, node.Right)
            : order < 0 ? Balance(node, Insert(node.Left, key, value, ref added), node.Right)
            : Balance(node, node.Left, Insert(node.Right, key, value, ref added));
    }

    private static Node? Remove(Node? node, ReadOnlySpan<byte> key, ref bool removed)
    {
        if (node is null) return null;
        int order = key.SequenceCompareTo(node.Key);
        if (order < 0) return Balance(node, Remove(node.Left, key, ref removed), node.Right);
        if (order > 0) return Balance(node, node.Left, Remove(node.Right, key, ref removed));

        removed = true;
        if (node.Left is null) return node.Right;
        if (node.Right is null) return node.Left;
        Node next = node.Right;
        while (next.Left is not null) next = next.Left;
        bool ignored = false;
        return Balance(next, node.Left, Remove(node.Right, next.Key, ref ignored));
    }

    /// <summary>The entry of <paramref name="top"/> over two trees whose heights differ by at most two.</summary>
    private static Node Balance(Node top, Node? left, Node? right)
    {
        if (left == top.Left && right == top.Right) return top;
        int lean = Height(left) - Height(right);
        if (lean > 1)
        {
            Node l = left!;
            return Height(l.Left) >= Height(l.Right)
                ? new Node(l, l.Left, new Node(top, l.Right, right))
                : new Node(l.Right!, new Node(l, l.Left, l.Right!.Left), new Node(top, l.Right.Right, right));
        }

        if (lean < -1)
        {
            Node r = right!;
            return Height(r.Right) >= Height(r.Left)
                ? new Node(r, new Node(top, left, r.Left), r.Right)
                : new Node(r.Left!, new Node(top, left, r.Left!.Left), new Node(r, r.Left.Right, r.Right));
        }

        return new Node(top, left, right);
    }

    private static int Height(Node? node) => node?.Height ?? 0;

    internal sealed class Node(byte[] key, byte[] value, Node? left, Node? right)
    {
        public Node(Node entry, Node? left, Node? right) : this(entry.Key, entry.Value, left, right)
        {
        }

        public readonly byte[] Key = key;
        public readonly byte[] Value = value;
        public readonly Node? Left = left;
        public readonly Node? Right = right;
        public readonly int Height = 1 + Math.Max(left?.Height ?? 0, right?.Height ?? 0);
    }

    /// <summary>Stands before the first entry of a range.</summary>
    internal sealed class Cursor
    {
        private readonly Stack<Node> _path = new();
        private readonly KeyRange _range;
        private readonly bool _backward;

        public Cursor(Node? root, KeyRange range, bool backward)
        {
            _range = range;
            _backward = backward;
            for (Node? node = root; node is not null;)
            {
                bool beforeStart = backward
                    ? range.To is not null && node.Key.AsSpan().SequenceCompareTo(range.To) >= 0
                    : range.From is not null && node.Key.AsSpan().SequenceCompareTo(range.From) < 0;
                if (!beforeStart) _path.Push(node);
                node = beforeStart == backward ? node.Left : node.Right;
            }
        }

        public Node? Current { get; private set; }

        public bool MoveNext()
        {
            Current = _path.TryPop(out Node? node) && _range.Contains(node.Key) ? node : null;
            if (Current is null) return false;
            for (Node? below = _backward ? Current.Left : Current.Right; below is not null; below = _backward ? below.Right : below.Left)
            {
                _path.Push(below);
            }

            return true;
        }
    }
}
