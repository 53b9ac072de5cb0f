using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Crypto;
using BpDao.Db;
using BpDao.JsonRpc;
using BpDao.Node.Composition;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Node.Telemetry;
using BpDao.Synchronization;
using BpDao.TxPool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node;

/// <summary>One running node. Starting is one list, read top to bottom; stopping is the list backwards.</summary>
internal sealed class Startup : IAsyncDisposable
{
    private readonly NodePlan _plan;
    private readonly ServiceProvider _services;
    private readonly ILogger _logger;
    private readonly Stack<IAsyncDisposable> _started = [];
    private readonly List<BackgroundLoop> _loops = [];

    private Startup(NodePlan plan)
    {
        _plan = plan;
        _logger = plan.Loggers.CreateLogger<Startup>();
        IServiceCollection services = new ServiceCollection()
            .AddSingleton(plan.Loggers)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSingleton(plan.Time)
            .AddStorage(plan.Settings, plan.DatabasePath, plan.NodesInProcess).AddChain(plan.Spec, plan.Settings).AddPool(plan).AddNetworking(plan).AddSynchronisation(plan).AddEngine(plan).AddRpc(plan)
            .AddSingleton(s => new NodeMetrics(
                plan, s.GetRequiredService<BlockTree>(), s.GetRequiredService<ITxPool>(), s.GetRequiredService<EthService>(), s.GetRequiredService<BpDaoProtocol>(), s.GetRequiredService<ISyncProgress>(),
                meter => EngineCatalog.AddMetrics(s, plan.Spec, meter)));
        plan.Change?.Invoke(plan, services);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        _started.Push(_services);
    }

    public IServiceProvider Services => _services;

    public BlockTree Chain => _services.GetRequiredService<BlockTree>();

    /// <summary>Where JSON-RPC is served; null when it is not.</summary>
    public Uri? RpcAddress { get; private set; }

    /// <summary>Ends with the fault of the first loop that fails; never without.</summary>
    public async Task WhenFailedAsync()
    {
        Task first = await Task.WhenAny(_loops.Select(l => l.Completion));
        string name = _loops.First(l => l.Completion == first).Name;
        if (first.IsFaulted) _logger.LogError(first.Exception.InnerException, "{Node}: {Loop} ended by a fault", _plan.Name, name);
        await first;
        throw new InvalidOperationException($"{name} ended without a reason.");
    }

    public static async Task<Startup> StartAsync(NodePlan plan, CancellationToken cancellation)
    {
        ForkRequirements.Check(plan.Spec);
        Startup node = new(plan);
        try
        {
            foreach (Func<CancellationToken, Task> step in node.Steps())
            {
                cancellation.ThrowIfCancellationRequested();
                await step(cancellation);
            }

            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>The last step, apart from the others: nodes that start together take part together.</summary>
    public void RunEngine() => Loop("engine", async cancellation =>
    {
        // A head that peers could lie about must not be voted on.
        await _services.GetRequiredService<Synchroniser>().WhenTrustedAsync(cancellation);
        await _services.GetRequiredService<IConsensusEngine>().RunAsync(cancellation);
    });

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out IAsyncDisposable? part)) await part.DisposeAsync();
    }

    private Func<CancellationToken, Task>[] Steps() =>
    [
        Do(() => _services.GetRequiredService<IDb>()),
        Do(() => _services.GetRequiredService<BlockTree>()), // compares the genesis hash, recovers the head
        Do(() => _services.GetRequiredService<ITxPool>()),
        Do(() => Loop("gossip", _services.GetRequiredService<EthService>().RunAsync)),
        Do(() => _services.GetRequiredService<IConsensusEngine>()), // recovers the safety data, subscribes to the transport
        Do(() => Loop("synchronisation", _services.GetRequiredService<Synchroniser>().RunAsync)),
        StartNetworkAsync,
        ServeRpcAsync,
        Do(LogStart),
    ];

    private async Task StartNetworkAsync(CancellationToken cancellation)
    {
        _started.Push(_plan.Network);
        await _plan.Network.StartAsync(_services.GetRequiredService<NodeProtocols>().All, _services.GetRequiredService<ChainForks>(), cancellation);
        Loop("network", _plan.Network.RunAsync);
    }

    private async Task ServeRpcAsync(CancellationToken cancellation)
    {
        HttpOptions http = _plan.Settings.Get<HttpOptions>();
        if (!_plan.ServesRpc || !http.Enabled) return;
        EthApi eth = _services.GetRequiredService<EthApi>();
        Loop("subscriptions", eth.RunAsync);
        NodeMetrics metrics = _services.GetRequiredService<NodeMetrics>();
        try
        {
            RpcServer server = await RpcServer.StartAsync(
                _services.GetRequiredService<RpcServerOptions>(), _services.GetRequiredService<RpcHttpHandler>(), _plan.Loggers,
                application => Telemetry.TelemetryEndpoints.Map(application, _plan, Chain, metrics), cancellation);
            _started.Push(server);
            RpcAddress = server.Address;
        }
        catch (IOException e)
        {
            throw new OperatorFault($"cannot listen on {http.Host}:{http.Port}: {(e.InnerException ?? e).Message.TrimEnd('.')}", e);
        }
    }

    private void Loop(string name, Func<CancellationToken, Task> run)
    {
        BackgroundLoop loop = new(name, run);
        _loops.Add(loop);
        _started.Push(loop);
    }

    private void LogStart()
    {
        _logger.LogInformation(
            "{Node} runs on chain {Chain} ({ChainId}) from block {BlockNumber} {BlockHash}, RPC at {Rpc}",
            _plan.Name, _plan.Spec.Name, _plan.Spec.ChainId, Chain.Head.Number, Chain.Head.Hash, RpcAddress?.ToString() ?? "none");
        _logger.LogInformation(
            "secp256k1 by {Secp256k1}, BLS12-381 by {Bls12381}, modular exponentiation by {Powers}",
            Secp256k1.Default.Description, Bls12381.Description, ModularExponentiation.Default.Description);
        if (!ModularExponentiation.IsNative) _logger.LogWarning("GMP (libgmp.so.10) is missing: blocks full of MODEXP take ten times as long");
    }

    private static Func<CancellationToken, Task> Do(Action step) => _ =>
    {
        step();
        return Task.CompletedTask;
    };

    private static Func<CancellationToken, Task> Do(Func<object> step) => Do(() => { step(); });
}
