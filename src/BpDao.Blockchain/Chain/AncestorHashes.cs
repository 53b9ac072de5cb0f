using BpDao.Core;
using BpDao.Evm;

namespace BpDao.Blockchain;

/// <summary>BLOCKHASH for a block on a given parent: the parent's own ancestors, whatever branch it is on.</summary>
internal sealed class AncestorHashes(BlockTree tree, BlockHeader parent) : IBlockHashProvider
{
    // From the parent down, as far as was asked.
    private readonly List<BlockHeader> _walked = [parent];

    public Hash256 GetBlockHash(ulong number)
    {
        if (number > parent.Number) return Hash256.Zero;
        ulong below = parent.Number - number;
        while ((ulong)_walked.Count <= below)
        {
            BlockHeader last = _walked[^1];
            if (last.Number == 0) return Hash256.Zero;
            // The canonical index saves the walk once the branch has joined it.
            if (tree.IsCanonical(last)) return tree.HashByNumber(number) ?? Hash256.Zero;
            if (tree.HeaderByHash(last.ParentHash) is not { } next) return Hash256.Zero;
            _walked.Add(next);
        }

        return _walked[(int)below].Hash;
    }
}
