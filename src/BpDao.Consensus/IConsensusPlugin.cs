using BpDao.Specs;

namespace BpDao.Consensus;

/// <summary>One consensus algorithm, as the node meets it.</summary>
public interface IConsensusPlugin
{
    /// <summary>The key of this engine's object in the chainspec.</summary>
    string SealEngineType { get; }

    /// <summary>Null when the engine's object in the chainspec is sound; else one line that names its JSON path.</summary>
    string? CheckParameters(ChainSpec spec);

    /// <summary>What makes a block valid. Made before the chain, needs no key.</summary>
    IConsensusRules CreateRules(ChainSpec spec, IEngineRecords records);

    /// <summary>The participant. Made last, when all it may touch is there.</summary>
    IConsensusEngine CreateEngine(ChainSpec spec, IConsensusRules rules, EngineContext context);
}
