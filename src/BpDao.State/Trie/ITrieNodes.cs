using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>Where the nodes of one trie come from. A node is found by the nibbles that lead to it from the root.</summary>
internal interface ITrieNodes
{
    /// <summary>The RLP of the node with a row of its own at that path, or null. Whoever has it under its hash need not look there.</summary>
    byte[]? Load(ReadOnlySpan<byte> path, in Hash256 hash);
}

/// <summary>What a change does to the rows of a trie.</summary>
internal interface ITrieChanges
{
    /// <summary>The row at <paramref name="path"/> goes from one content to another; null is no row. <paramref name="hash"/> is that
    /// of the new content.</summary>
    void Add(byte[] path, byte[]? before, byte[]? after, in Hash256 hash);
}
