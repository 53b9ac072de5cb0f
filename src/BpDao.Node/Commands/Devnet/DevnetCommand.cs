using BpDao.Core;
using BpDao.Node.Commands.Devnet.Processes;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Node.Telemetry;
using BpDao.Specs;
using BpDao.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Commands.Devnet;

/// <summary><c>bpdao devnet</c>: a whole chain in one process, or in several that this one supervises.</summary>
internal sealed class DevnetCommand : ICommand
{
    public string Name => "devnet";

    public string Usage => "[--producers N] [--processes N] [--block-time S] [--blocks N] [--datadir D] [--http.port P] [--json] [--chain FILE]";

    public string Summary => "Run a chain of several producers on this machine, with funded accounts and JSON-RPC.";

    public IReadOnlyList<Type> Areas =>
    [
        typeof(DevnetOptions), typeof(BlockLineOptions), typeof(NodeOptions), typeof(NetworkOptions), typeof(HttpOptions), typeof(PoolOptions), typeof(DatabaseOptions), typeof(PorOptions), typeof(SynchronisationOptions),
        typeof(LogOptions), typeof(MetricsOptions),
    ];

    public bool RunsUntilStopped => true;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings)) return ExitCode.BadInput;
        DevnetOptions devnet = settings.Get<DevnetOptions>();
        BlockLineOptions options = settings.Get<BlockLineOptions>();
        if (devnet.Prepare && (devnet.Processes == 0 || settings.Get<NodeOptions>().DataDir.Length == 0))
        {
            return console.Refuse("--prepare: wants --processes N and --datadir D");
        }

        using ILoggerFactory loggers = NodeLogging.Create(LogsOf(settings), onStandardError: true);
        using DataDirectory data = DataDirectory.Open(settings.Get<NodeOptions>().DataDir);
        ChainSpec spec = DevnetChain.Resolve(settings, data);
        EngineChainInfo info = EngineCatalog.ChainInfo(spec);
        if (info.ProducerKeys.Count == 0) throw new OperatorFault($"chain '{spec.Name}' publishes no producer's key; 'bpdao run' takes part in it");
        if (devnet.Processes != 0) return await Fleet.RunAsync(data, spec, info, settings, console, stop);

        await using DevnetNodes nodes = await DevnetNodes.StartAsync(spec, info, settings, data, loggers, TimeProvider.System, stop);
        Startup first = nodes.First;
        if (!options.Json) PrintBanner(console.Out, spec, info, first);
        if (options.Blocks != 0 && first.Chain.Head.Number >= options.Blocks) return ExitCode.Success;
        BlockLines lines = new(first.Chain, info.CreateReport(first.Services), console.Out, options.Json);
        lines.Attach();
        nodes.RunEngines();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task printing = lines.RunAsync(options.Blocks, ending.Token);
        Task ended = await Task.WhenAny(printing, nodes.WhenFailedAsync());
        await ending.CancelAsync();
        await ended;
        return ExitCode.Success;
    }

    /// <summary>Lines about blocks are printed anyway; the log says what else an operator should know.</summary>
    private static LogOptions LogsOf(Settings settings) =>
        settings.IsGiven("log.level") ? settings.Get<LogOptions>() : settings.Get<LogOptions>() with { Level = "warning" };

    private static void PrintBanner(TextWriter output, ChainSpec spec, EngineChainInfo info, Startup node)
    {
        output.WriteLine($"{VersionCommand.ClientVersion}");
        output.WriteLine();
        using StateView? state = node.Services.GetRequiredService<StateStore>().OpenView(node.Chain.Head.StateRoot);
        DevnetBanner.WriteKeys(output, info, address => state is not null && state.TryGetAccount(address, out Account account) ? account.Balance : UInt256.Zero);
        output.WriteLine($"Chain      {spec.Name}, chain id {spec.ChainId}, {info.ProducerKeys.Count} producer(s)");
        output.WriteLine($"Genesis    {node.Chain.Genesis.Hash}");
        output.WriteLine($"Listening on {node.RpcAddress?.Authority ?? "nothing"}");
        output.WriteLine();
    }
}
