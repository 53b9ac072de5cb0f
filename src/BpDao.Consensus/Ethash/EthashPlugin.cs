using BpDao.Consensus.Ethash.Proof;
using BpDao.Specs;
using BpDao.Specs.Files;

namespace BpDao.Consensus.Ethash;

/// <summary>Ethereum as it was before its beacon chain: blocks come by import, this program mines none. All rules follow from the forks,
/// so <c>engine.ethash</c> is an empty object.</summary>
public sealed class EthashPlugin : IConsensusPlugin
{
    public const string Key = "ethash";

    public string SealEngineType => Key;

    public string? CheckParameters(ChainSpec spec)
    {
        SpecFaults faults = new();
        new SpecObject(spec.EngineParameters, $"engine.{Key}", faults).RefuseOthers();
        return faults.First;
    }

    public IConsensusRules CreateRules(ChainSpec spec, IEngineRecords records) => new EthashRules(new ChainSpecProvider(spec), new EthashSeal());

    public IConsensusEngine CreateEngine(ChainSpec spec, IConsensusRules rules, EngineContext context) => new EthashEngine(context.Time);
}
