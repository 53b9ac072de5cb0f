using BpDao.Crypto;
using BpDao.Node.Composition;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Node.Telemetry;
using BpDao.Specs;
using BpDao.Synchronization;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Commands;

/// <summary><c>bpdao run</c>: one node of a network.</summary>
internal sealed class RunCommand : ICommand
{
    public string Name => "run";

    public string Usage => "--datadir D --chain FILE [--account ADDRESS --password-file FILE]";

    public string Summary => "Run one node.";

    public IReadOnlyList<Type> Areas =>
    [
        typeof(NodeOptions), typeof(NetworkOptions), typeof(HttpOptions), typeof(PoolOptions), typeof(DatabaseOptions), typeof(PorOptions), typeof(LogOptions),
        typeof(MetricsOptions),
    ];

    public bool RunsUntilStopped => true;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings)) return ExitCode.BadInput;
        NodeOptions options = settings.Get<NodeOptions>();
        if (options.DataDir.Length == 0) return console.Refuse("--datadir: missing");
        using ILoggerFactory loggers = NodeLogging.Create(settings.Get<LogOptions>(), onStandardError: false);
        using DataDirectory data = DataDirectory.Open(options.DataDir);
        ChainSpec spec = NodeChain.Load(options, data);
        PrivateKey? key = NodeKey.Unlock(options, data);
        NodePlan plan = new()
        {
            Name = "node",
            DatabasePath = data.Combine("db"),
            Spec = spec,
            Settings = settings,
            Key = key,
            Network = new InMemoryNodeNetwork(new InMemoryHub().CreateHost((key ?? PrivateKey.Generate()).PublicKey)),
            ServesRpc = true,
            NodesInProcess = 1,
            Loggers = loggers,
            Time = TimeProvider.System,
        };
        await using Startup node = await Startup.StartAsync(plan, stop);
        node.RunEngine();
        if (key is null || !EngineCatalog.ChainInfo(spec).IsDecidedBy(key.Address))
        {
            loggers.CreateLogger<RunCommand>().LogWarning(
                "This version has no wire between machines, and {Account} alone does not decide this chain: it stands at block {BlockNumber}",
                key?.Address.ToString() ?? "a node without a key", node.Chain.Head.Number);
        }

        Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, stop);
        Task ended = await Task.WhenAny(stopped, node.WhenFailedAsync());
        if (ended != stopped) await ended;
        return ExitCode.Success;
    }
}
