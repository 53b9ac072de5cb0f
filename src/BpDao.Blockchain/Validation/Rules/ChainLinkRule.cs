using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain.Rules;

/// <summary>The header follows its parent: hash, number, later time.</summary>
internal sealed class ChainLinkRule : IHeaderRule
{
    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        if (header.ParentHash != parent.Hash) return new(BlockError.InvalidParentHash, $"{header.ParentHash}, not {parent.Hash}");
        if (header.Number != parent.Number + 1) return new(BlockError.InvalidNumber, $"{header.Number} after {parent.Number}");
        return header.Timestamp > parent.Timestamp
            ? default
            : new(BlockError.InvalidTimestamp, $"{header.Timestamp}, parent {parent.Timestamp}");
    }
}
