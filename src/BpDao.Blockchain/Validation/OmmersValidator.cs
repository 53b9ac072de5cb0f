using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>The headers of uncles in a block's body: whole headers on the side of the block's own last ancestors, each rewarded once
/// (Yellow Paper §11.1). From Paris on there are none, which the header's rules say.</summary>
internal sealed class OmmersValidator(BlockTree tree, ISpecProvider specs, IConsensusRules engine)
{
    private const int MaxOmmers = 2;

    // An ommer's parent is an ancestor, from the block's grandparent back to the seventh.
    private const int MaxDepth = 6;

    private readonly HeaderValidator _headers = new(specs, engine);

    public BlockVerdict Validate(Block block, BlockHeader parent)
    {
        IReadOnlyList<BlockHeader> ommers = block.Body.Ommers;
        if (ommers.Count > MaxOmmers) return new(BlockError.InvalidOmmers, $"{ommers.Count}, at most {MaxOmmers}");

        HashSet<Hash256> ancestors = [], included = [];
        Hash256 hash = parent.Hash;
        for (int depth = 0; depth <= MaxDepth && tree.BlockByHash(hash) is { } ancestor; depth++)
        {
            ancestors.Add(hash);
            foreach (BlockHeader ommer in ancestor.Body.Ommers) included.Add(ommer.Hash);
            if (ancestor.Number == 0) break;
            hash = ancestor.Header.ParentHash;
        }

        foreach (BlockHeader ommer in ommers)
        {
            if (!included.Add(ommer.Hash)) return Refuse(ommer, "is included twice");
            if (ancestors.Contains(ommer.Hash)) return Refuse(ommer, "is an ancestor");
            if (ommer.ParentHash == parent.Hash || !ancestors.Contains(ommer.ParentHash)) return Refuse(ommer, "is no near uncle");
            BlockVerdict verdict = _headers.Validate(ommer, tree.Find(ommer.ParentHash)!);
            if (!verdict.IsValid) return Refuse(ommer, verdict.ToString());
        }

        return BlockVerdict.Valid;
    }

    private static BlockVerdict Refuse(BlockHeader ommer, string why) => new(BlockError.InvalidOmmers, $"ommer {ommer.Number} {ommer.Hash}: {why}");
}
