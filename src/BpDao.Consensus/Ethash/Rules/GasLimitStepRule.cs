using BpDao.Core;

namespace BpDao.Consensus.Ethash.Rules;

/// <summary>The gas limit moves by less than one part in 1024 (Yellow Paper §4.3.4), after it doubled with the first London block (EIP-1559).</summary>
internal sealed class GasLimitStepRule(ISpecProvider specs) : IHeaderRule
{
    private const ulong BoundDivisor = 1024;

    public BlockVerdict Validate(BlockHeader header, BlockHeader parent)
    {
        bool firstOfLondon = header.BaseFeePerGas is not null && !specs.GetSpec(parent).IsLondon;
        ulong before = firstOfLondon ? parent.GasLimit * 2 : parent.GasLimit;
        ulong step = header.GasLimit > before ? header.GasLimit - before : before - header.GasLimit;
        return step < before / BoundDivisor ? default : new(BlockError.InvalidGasLimit, $"{header.GasLimit} after {parent.GasLimit}");
    }
}
