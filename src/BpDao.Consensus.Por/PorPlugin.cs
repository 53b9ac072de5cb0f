using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Light;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Consensus.Por.Signing;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;

namespace BpDao.Consensus.Por;

/// <summary>Proof of Reputation, as the node meets it.</summary>
public sealed class PorPlugin(PorOptions options) : IConsensusPlugin
{
    public string SealEngineType => "por";

    public string? CheckParameters(ChainSpec spec) => PorParameters.TryRead(spec.EngineParameters, out _, out string? error) ? null : error;

    /// <exception cref="ArgumentException">The chainspec has a fault that <see cref="CheckParameters"/> names, or no genesis hash.</exception>
    public IConsensusRules CreateRules(ChainSpec spec, IEngineRecords records)
    {
        if (!PorParameters.TryRead(spec.EngineParameters, out PorParameters? parameters, out string? error)) throw new ArgumentException(error, nameof(spec));
        EpochStore epochs = new(records, parameters.Bench, options.Rescue);
        CertificateVerifier verifier = CreateVerifier(spec);
        return new PorRules(spec.ChainId, epochs, verifier) { Light = new PorLight(epochs, parameters, verifier) };
    }

    /// <param name="rules">Made by <see cref="CreateRules"/>.</param>
    public IConsensusEngine CreateEngine(ChainSpec spec, IConsensusRules rules, EngineContext context) => CreatePorEngine(spec, rules, context);

    /// <summary>The engine with its own members, for RPC.</summary>
    public PorEngine CreatePorEngine(ChainSpec spec, IConsensusRules rules, EngineContext context) =>
        new(spec.ChainId, (PorRules)rules, CreateVerifier(spec), context, options);

    /// <summary>What checks signatures of consensus keys on that network.</summary>
    public static CertificateVerifier CreateVerifier(ChainSpec spec)
    {
        Hash256 genesis = spec.GenesisHash ?? throw new ArgumentException("genesisHash: missing", nameof(spec));
        return new CertificateVerifier(SigningDomain.Of(spec.ChainId, genesis), new Secp256k1Scheme(new EthereumEcdsa(Secp256k1.Default)));
    }
}
