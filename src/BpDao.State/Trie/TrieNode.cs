namespace BpDao.State.Trie;

/// <summary>A node of a Merkle-Patricia trie (Yellow Paper appendix D) in memory. Paths are nibbles, one in a byte.</summary>
internal abstract class TrieNode
{
    /// <summary>How the parent names this node: its hash, or its whole RLP when that is shorter than a hash.
    /// Null while the node differs from what was last hashed.</summary>
    public byte[]? Reference;

    /// <summary>The node has a row of its own where it was loaded from: it was reached by its hash, or is the root.</summary>
    public bool IsStored;

    public bool IsDirty => Reference is null;
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

/// <summary>A fork of the path by its next nibble. The value belongs to the key that ends here.</summary>
internal sealed class BranchNode : TrieNode
{
    public readonly TrieNode?[] Children = new TrieNode?[16];
    public byte[]? Value;
}

/// <summary>A node of which only its name is here.</summary>
internal sealed class UnloadedNode : TrieNode
{
    public UnloadedNode(byte[] reference) => Reference = reference;
}
