using BpDao.Crypto;
using BpDao.Node.Composition;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;
using BpDao.Synchronization;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Commands.Devnet;

/// <summary>Complete nodes in one process, each with its own database, pool, state, engine and key, on an in-memory network.</summary>
internal sealed class DevnetNodes : IAsyncDisposable
{
    private readonly List<Startup> _nodes = [];

    public IReadOnlyList<Startup> All => _nodes;

    /// <summary>The one that serves RPC.</summary>
    public Startup First => _nodes[0];

    /// <summary>Ends with the fault of the first node that fails.</summary>
    public async Task WhenFailedAsync() => await await Task.WhenAny(_nodes.Select(n => n.WhenFailedAsync()));

    /// <summary>Lets the chain go on.</summary>
    public void RunEngines()
    {
        foreach (Startup node in _nodes) node.RunEngine();
    }

    /// <param name="change">Makes another plan of each node's.</param>
    public static async Task<DevnetNodes> StartAsync(
        ChainSpec spec, EngineChainInfo info, Settings settings, DataDirectory data, ILoggerFactory loggers, TimeProvider time,
        CancellationToken cancellation, Func<NodePlan, NodePlan>? change = null)
    {
        InMemoryHub hub = new();
        DevnetNodes devnet = new();
        try
        {
            for (int i = 0; i < info.ProducerKeys.Count; i++)
            {
                PrivateKey key = new(info.ProducerKeys[i].Bytes);
                NodePlan plan = new()
                {
                    Name = $"node{i}",
                    DatabasePath = data.Combine($"node{i}", "db"),
                    Spec = spec,
                    Settings = settings,
                    Key = key,
                    Network = new InMemoryNodeNetwork(hub.CreateHost(key.PublicKey)),
                    ServesRpc = i == 0,
                    NodesInProcess = info.ProducerKeys.Count,
                    Loggers = loggers,
                    Time = time,
                };
                devnet._nodes.Add(await Startup.StartAsync(change is null ? plan : change(plan), cancellation));
            }

            return devnet;
        }
        catch
        {
            await devnet.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = _nodes.Count - 1; i >= 0; i--) await _nodes[i].DisposeAsync();
    }
}
