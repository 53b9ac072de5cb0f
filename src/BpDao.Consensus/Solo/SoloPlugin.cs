using BpDao.Specs;
using BpDao.Specs.Files;

namespace BpDao.Consensus.Solo;

/// <summary>A chain of one producer without votes, for development and tests: what it seals is the chain. Nothing on it is final.</summary>
public sealed class SoloPlugin : IConsensusPlugin
{
    internal const string Key = "solo";

    public string SealEngineType => Key;

    public string? CheckParameters(ChainSpec spec)
    {
        SpecFaults faults = new();
        SoloParameters.Read(spec, faults);
        return faults.First;
    }

    public IConsensusRules CreateRules(ChainSpec spec, IEngineRecords records) => new SoloRules(ParametersOf(spec));

    public IConsensusEngine CreateEngine(ChainSpec spec, IConsensusRules rules, EngineContext context) => CreateSoloEngine(spec, context);

    /// <summary>The engine with its own members, for who seals on request.</summary>
    public static SoloEngine CreateSoloEngine(ChainSpec spec, EngineContext context) => new(ParametersOf(spec), context);

    private static SoloParameters ParametersOf(ChainSpec spec)
    {
        SpecFaults faults = new();
        SoloParameters parameters = SoloParameters.Read(spec, faults);
        return faults.First is null ? parameters : throw new ArgumentException(faults.First, nameof(spec));
    }
}
