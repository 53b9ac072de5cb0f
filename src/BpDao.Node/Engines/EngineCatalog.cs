using System.Diagnostics.Metrics;
using BpDao.Consensus;
using BpDao.Consensus.Ethash;
using BpDao.Consensus.Por;
using BpDao.Consensus.Solo;
using BpDao.JsonRpc;
using BpDao.Node.Options;
using BpDao.Specs;

namespace BpDao.Node.Engines;

/// <summary>The engines that this program has: one line each. What an engine brings beside blocks lies in its own folder here.</summary>
internal static class EngineCatalog
{
    private static readonly IReadOnlyList<EngineEntry> Entries =
    [
        new EngineEntry("por", static s => new PorPlugin(s.Get<Options.PorOptions>().ToEngine()), Por.PorNode.RpcModules, Por.PorNode.AddMetrics, Por.PorNode.ChainInfo),
        new EngineEntry(EthashPlugin.Key, static _ => new EthashPlugin(), static _ => [], static (_, _) => { }, Ethash.EthashChainInfo.Read),
        new EngineEntry("solo", static _ => new SoloPlugin(), static _ => [], static (_, _) => { }, Solo.SoloChainInfo.Read),
    ];

    /// <summary>RPC namespaces that some engine has; on a chain of another engine they are empty.</summary>
    public static IReadOnlySet<string> Namespaces { get; } = new HashSet<string> { "por" };

    /// <exception cref="OperatorFault">No engine of that name, or its parameters are unsound.</exception>
    public static IConsensusPlugin Plugin(ChainSpec spec, Settings settings)
    {
        IConsensusPlugin plugin = Entry(spec).CreatePlugin(settings);
        return plugin.CheckParameters(spec) is { } fault ? throw new OperatorFault($"chain '{spec.Name}': {fault}") : plugin;
    }

    public static IReadOnlyList<IRpcModule> RpcModules(IServiceProvider services, ChainSpec spec) => Entry(spec).RpcModules(services);

    /// <summary>Adds the engine's own instruments to the node's.</summary>
    public static void AddMetrics(IServiceProvider services, ChainSpec spec, Meter meter) => Entry(spec).AddMetrics(services, meter);

    public static EngineChainInfo ChainInfo(ChainSpec spec) => Entry(spec).ChainInfo(spec);

    private static EngineEntry Entry(ChainSpec spec) =>
        Entries.FirstOrDefault(e => e.SealEngineType == spec.SealEngineType)
        ?? throw new OperatorFault($"chain '{spec.Name}': engine.{spec.SealEngineType}: no such engine");

    private sealed record EngineEntry(
        string SealEngineType, Func<Settings, IConsensusPlugin> CreatePlugin, Func<IServiceProvider, IReadOnlyList<IRpcModule>> RpcModules,
        Action<IServiceProvider, Meter> AddMetrics,
        Func<ChainSpec, EngineChainInfo> ChainInfo);
}
