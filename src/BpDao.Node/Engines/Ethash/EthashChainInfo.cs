using BpDao.Specs;

namespace BpDao.Node.Engines.Ethash;

/// <summary>A chain of work has no published keys, and no one account decides it.</summary>
internal static class EthashChainInfo
{
    public static EngineChainInfo Read(ChainSpec spec) => new([], [], _ => new BeneficiaryReport(), _ => false);
}
