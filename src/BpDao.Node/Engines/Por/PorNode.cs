using System.Diagnostics.Metrics;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Por;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Rules;
using BpDao.JsonRpc;
using BpDao.Specs;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Node.Engines.Por;

/// <summary>What Proof of Reputation brings to a node beside its blocks.</summary>
internal static class PorNode
{
    public static EngineChainInfo ChainInfo(ChainSpec spec) =>
        PorParameters.TryRead(spec.EngineParameters, out PorParameters? parameters, out string? error)
            ? new EngineChainInfo(
                parameters.PublishedProducers, parameters.PublishedAccounts, services => new PorBlockReport(RulesOf(services).Epochs))
            : throw new OperatorFault($"chain '{spec.Name}': {error}");

    public static IReadOnlyList<IRpcModule> RpcModules(IServiceProvider services) =>
    [
        new PorRpcModule(
            services.GetRequiredService<BlockTree>(), services.GetRequiredService<IContractReader>(), RulesOf(services).Epochs,
            () => EngineOf(services)),
    ];

    public static void AddMetrics(IServiceProvider services, Meter meter) => PorMetrics.Add(meter, () => EngineOf(services)?.Status);

    // The engine is made after the server's parts, and is asked for when it is needed.
    private static PorEngine? EngineOf(IServiceProvider services) => services.GetService<IConsensusEngine>() as PorEngine;

    // This folder is the engine's own: here, and only here, its rules are known by their type.
    private static PorRules RulesOf(IServiceProvider services) => (PorRules)services.GetRequiredService<IConsensusRules>();
}
