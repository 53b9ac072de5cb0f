using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>A node of a Merkle-Patricia trie (Yellow Paper appendix D) in memory. Paths are nibbles, one in a byte.</summary>
internal abstract class TrieNode
{
    /// <summary>What the row at the node's place holds: as it was loaded, or as the node was hashed. Null while there is none, and for
    /// nodes inside their parent's row.</summary>
    public byte[]? Row;

    /// <summary>The whole RLP of a node that is shorter than a hash: its parent holds it instead of the hash.</summary>
    public byte[]? Embedded;

    /// <summary>How the parent names the node, unless it is embedded. Of no meaning while the node is dirty.</summary>
    public Hash256 Hash;

    /// <summary>The node differs from what was loaded or hashed last.</summary>
    public bool IsDirty = true;
}

/// <summary>The end of a path, with the value.</summary>
internal sealed class LeafNode(byte[] path, byte[] value) : TrieNode
{
    public readonly byte[] Path = path;
    public byte[] Value = value;
}

/// <summary>A stretch of path that all keys below share; the child is a branch.</summary>
internal sealed class ExtensionNode(byte[] path, TrieNode child) : TrieNode
{
    public readonly byte[] Path = path;
    public TrieNode Child = child;
}

/// <summary>A node of which only its hash is here.</summary>
internal sealed class UnloadedNode : TrieNode
{
    public UnloadedNode(in Hash256 hash)
    {
        Hash = hash;
        IsDirty = false;
    }
}

/// <summary>A fork of the path by its next nibble.</summary>
/// <remarks>Of sixteen children one path needs one, so those that are only hashes stay in the RLP they came in until they are asked for.</remarks>
internal sealed class BranchNode : TrieNode
{
    public const int Width = 16;

    /// <summary>RLP of a hash: its length, then the hash.</summary>
    private const int HashItem = 1 + Hash256.Size;

    private readonly byte[] _read;
    private Children _children;
    private Offsets _unread;

    public BranchNode() => _read = [];

    /// <param name="read">The RLP that <see cref="LeaveUnread"/> speaks of.</param>
    public BranchNode(byte[] read) => _read = read;

    /// <summary>The value of the key that ends here.</summary>
    public byte[]? Value;

    /// <summary>The child behind a nibble, or null.</summary>
    public TrieNode? this[int nibble]
    {
        get => _unread[nibble] == 0 ? _children[nibble] : new UnloadedNode(new Hash256(_read.AsSpan(_unread[nibble] + 1, Hash256.Size)));
        set
        {
            _unread[nibble] = 0;
            _children[nibble] = value;
        }
    }

    /// <summary>Is there a child? Cheaper than to take it.</summary>
    public bool Has(int nibble) => _unread[nibble] != 0 || _children[nibble] is not null;

    /// <summary>The child, unless there is none or only its hash.</summary>
    public TrieNode? InMemory(int nibble) => _children[nibble];

    /// <summary>The child is the hash whose RLP begins there.</summary>
    public void LeaveUnread(int nibble, int offset) => _unread[nibble] = (ushort)offset;

    /// <summary>RLP of the hash of a child that was left unread; empty for any other.</summary>
    public ReadOnlySpan<byte> Unread(int nibble) => _unread[nibble] == 0 ? default : _read.AsSpan(_unread[nibble], HashItem);

    [InlineArray(Width)]
    private struct Children
    {
        private TrieNode? _first;
    }

    [InlineArray(Width)]
    private struct Offsets
    {
        private ushort _first;
    }
}
