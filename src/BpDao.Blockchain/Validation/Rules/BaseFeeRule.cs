using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain.Rules;

/// <summary>EIP-1559.</summary>
internal sealed class BaseFeeRule(ISpecProvider specs) : IHeaderRule
{
    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        UInt256? expected = BaseFee.Next(parent, specs.GetSpec(header));
        return header.BaseFeePerGas == expected ? default : new(BlockError.InvalidBaseFee, $"{header.BaseFeePerGas}, not {expected}");
    }
}
