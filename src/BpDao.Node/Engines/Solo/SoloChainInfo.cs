using BpDao.Node.Genesis;
using BpDao.Specs;

namespace BpDao.Node.Engines.Solo;

/// <summary>A Solo chain as a devnet: the first published key seals.</summary>
internal static class SoloChainInfo
{
    public static EngineChainInfo Read(ChainSpec spec) => new([PublishedKeys.ProducerKey(0)], [], _ => new BeneficiaryReport());
}
