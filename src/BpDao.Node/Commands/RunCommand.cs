using BpDao.Crypto;
using BpDao.Node.Composition;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Node.Telemetry;
using BpDao.Specs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Commands;

/// <summary><c>bpdao run</c>: one node of a network.</summary>
/// <param name="change">Replaces parts of the node: tests make nodes that cheat.</param>
internal sealed class RunCommand(Action<NodePlan, IServiceCollection>? change = null) : ICommand
{
    public string Name => "run";

    public string Usage => "--datadir D --chain FILE [--account ADDRESS --password-file FILE] [--port P] [--static-peers ENODE,…] [--bootnodes ENODE,…]";

    public string Summary => "Run one node.";

    public IReadOnlyList<Type> Areas =>
    [
        typeof(NodeOptions), typeof(NetworkOptions), typeof(HttpOptions), typeof(PoolOptions), typeof(DatabaseOptions), typeof(PorOptions), typeof(SynchronisationOptions), typeof(LogOptions),
        typeof(MetricsOptions), typeof(BlockLineOptions),
    ];

    public bool RunsUntilStopped => true;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings)) return ExitCode.BadInput;
        NodeOptions options = settings.Get<NodeOptions>();
        if (options.DataDir.Length == 0) return console.Refuse("--datadir: missing");
        BlockLineOptions lines = settings.Get<BlockLineOptions>();
        using ILoggerFactory loggers = NodeLogging.Create(settings.Get<LogOptions>(), onStandardError: lines.PrintBlocks);
        using DataDirectory data = DataDirectory.Open(options.DataDir);
        ChainSpec spec = NodeChain.Load(options, data);
        EngineChainInfo info = EngineCatalog.ChainInfo(spec);
        PrivateKey? key = NodeKey.Unlock(options, data.Path, info);
        NetworkOptions network = settings.Get<NetworkOptions>();
        NodePlan plan = new()
        {
            Name = "node",
            DatabasePath = data.Combine("db"),
            Spec = spec,
            Settings = settings,
            Key = key,
            Network = new WireNetwork(NodeKeyFile.Open(network.NodeKey, data), network, data.Combine("known-nodes"), TimeProvider.System, loggers),
            ServesRpc = true,
            NodesInProcess = 1,
            Loggers = loggers,
            Time = TimeProvider.System,
            Change = change,
        };
        await using Startup node = await Startup.StartAsync(plan, stop);
        if (lines.PrintBlocks && lines.Blocks != 0 && node.Chain.Head.Number >= lines.Blocks) return ExitCode.Success;
        BlockLines report = new(node.Chain, info.CreateReport(node.Services), console.Out, lines.Json);
        if (lines.PrintBlocks) report.Attach();
        node.RunEngine();
        Task stopped = lines.PrintBlocks ? report.RunAsync(lines.Blocks, stop) : Task.Delay(Timeout.InfiniteTimeSpan, stop);
        Task orphaned = options.StopWithInput ? EndOf(console.In) : Task.Delay(Timeout.InfiniteTimeSpan, stop);
        await await Task.WhenAny(stopped, orphaned, node.WhenFailedAsync());
        return ExitCode.Success;
    }

    // Reading the console cannot be cancelled, so it has a thread of its own that the process does not wait for.
    private static Task EndOf(TextReader input)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread reader = new(() =>
        {
            while (input.Read() >= 0)
            {
            }

            ended.SetResult();
        })
        {
            IsBackground = true,
            Name = "input",
        };
        reader.Start();
        return ended.Task;
    }
}
