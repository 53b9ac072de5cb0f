using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>Where the nodes of tries come from. The key of a node's row is the trie's owner, then the nibbles that lead to the node
/// from the root.</summary>
/// <remarks>For several threads.</remarks>
internal interface ITrieNodes
{
    /// <summary>The RLP with that hash, when it is at hand without a look at the rows.</summary>
    byte[]? Recall(in Hash256 hash);

    /// <summary>Makes <see cref="Recall"/> find a node that is likely to be needed again.</summary>
    void Remember(in Hash256 hash, byte[] rlp);

    /// <summary>The row at a key, which must have that hash, or null.</summary>
    byte[]? Load(ReadOnlySpan<byte> key, in Hash256 hash);

    /// <summary>Several rows at once.</summary>
    /// <param name="keys">Where they are.</param>
    /// <param name="hashes">What they must be.</param>
    /// <param name="rows">The row of each key, or null.</param>
    void Load(ReadOnlySpan<byte[]> keys, ReadOnlySpan<Hash256> hashes, Span<byte[]?> rows);
}
