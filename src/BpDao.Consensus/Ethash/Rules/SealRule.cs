using BpDao.Consensus.Ethash.Proof;
using BpDao.Core;

namespace BpDao.Consensus.Ethash.Rules;

/// <summary>Proof of work, the dearest rule of a header. None is needed from Paris on.</summary>
internal sealed class SealRule(EthashSeal seal, ISpecProvider specs) : IHeaderRule
{
    public BlockVerdict Validate(BlockHeader header, BlockHeader parent) => specs.GetSpec(header).IsParis ? default : seal.Verify(header);
}
