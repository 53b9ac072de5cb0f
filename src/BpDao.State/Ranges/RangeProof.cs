using BpDao.Core;

namespace BpDao.State.Ranges;

/// <summary>A leaf of a trie whose keys are hashes.</summary>
/// <param name="Key">Where it is.</param>
/// <param name="Value">As it is in the trie, not empty.</param>
public readonly record struct Leaf(Hash256 Key, ReadOnlyMemory<byte> Value);

/// <summary>What a range proof proves.</summary>
public enum RangeVerdict
{
    /// <summary>Nothing: leaves or nodes are missing, too many, changed or out of order.</summary>
    Invalid,

    /// <summary>These are all leaves from the origin on.</summary>
    Last,

    /// <summary>These are all leaves from the origin up to the last of them, and more follow.</summary>
    More,
}

/// <summary>Checks that consecutive leaves are what a trie has between an origin and the last of them (devp2p, snap.md).</summary>
public static class RangeProof
{
    /// <param name="root">Of the trie.</param>
    /// <param name="origin">Where the range begins, whether there is a leaf or not.</param>
    /// <param name="leaves">Ascending; none says that there is nothing from the origin on.</param>
    /// <param name="nodes">Those on the way to the origin and to the last leaf, in any order; none when the leaves are the whole trie.</param>
    public static RangeVerdict Verify(in Hash256 root, in Hash256 origin, IReadOnlyList<Leaf> leaves, IReadOnlyList<byte[]> nodes)
    {
        for (int i = 0; i < leaves.Count; i++)
        {
            if (leaves[i].Value.IsEmpty || leaves[i].Key < origin || (i > 0 && leaves[i].Key <= leaves[i - 1].Key)) return RangeVerdict.Invalid;
        }

        if (root == Account.EmptyTrieRoot) return leaves.Count == 0 ? RangeVerdict.Last : RangeVerdict.Invalid;
        return new RangeCheck(origin, leaves, nodes).Run(root);
    }
}
