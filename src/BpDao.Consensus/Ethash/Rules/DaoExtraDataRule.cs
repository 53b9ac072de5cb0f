using BpDao.Core;

namespace BpDao.Consensus.Ethash.Rules;

/// <summary>The first blocks after the DAO fork say that they are on its side (EIP-779).</summary>
internal sealed class DaoExtraDataRule(ulong daoBlock) : IHeaderRule
{
    private const ulong MarkedBlocks = 10;

    private static ReadOnlySpan<byte> Mark => "dao-hard-fork"u8;

    public BlockVerdict Validate(BlockHeader header, BlockHeader parent) =>
        header.Number < daoBlock || header.Number >= daoBlock + MarkedBlocks || header.ExtraData.Span.SequenceEqual(Mark)
            ? default
            : new(BlockError.InvalidExtraData, "not that of the DAO fork");
}
