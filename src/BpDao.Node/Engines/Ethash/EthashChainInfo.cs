using BpDao.Specs;

namespace BpDao.Node.Engines.Ethash;

/// <summary>A chain of work has no published keys, and pays one account a block.</summary>
internal static class EthashChainInfo
{
    public static EngineChainInfo Read(ChainSpec spec) => new([], [], _ => new BeneficiaryReport());
}
