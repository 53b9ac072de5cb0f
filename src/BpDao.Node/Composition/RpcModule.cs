using BpDao.Blockchain;
using BpDao.JsonRpc;
using BpDao.Node.Commands;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Synchronization;
using BpDao.TxPool;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Node.Composition;

/// <summary>JSON-RPC: the modules, the dispatcher and the transports.</summary>
internal static class RpcModule
{
    public static IServiceCollection AddRpc(this IServiceCollection services, NodePlan plan)
    {
        HttpOptions http = plan.Settings.Get<HttpOptions>();
        return services
            .AddMetrics()
            .AddSingleton(ServerOptions(http))
            .AddSingleton(EthOptions(http, plan.Settings.Get<PoolOptions>()))
            .AddSingleton<EthApi>()
            .AddSingleton(s => new RpcMethodTable(Modules(s, plan), http.Api))
            .AddSingleton<RpcMetrics>()
            .AddSingleton<RpcDispatcher>()
            .AddSingleton<RpcSocketHandler>()
            .AddSingleton<RpcHttpHandler>();
    }

    private static List<IRpcModule> Modules(IServiceProvider services, NodePlan plan)
    {
        List<IRpcModule> modules =
        [
            new Web3Module(VersionCommand.ClientVersion),
            new NetModule(plan.Spec.NetworkId, () => plan.Network.IsListening, () => plan.Network.Peers.Count),
            .. services.GetRequiredService<EthApi>().Modules,
            .. EngineCatalog.RpcModules(services, plan.Spec),
        ];
        if (plan.Network is WireNetwork wires)
        {
            modules.Add(new AdminRpcModule(wires, plan.Spec, services.GetRequiredService<BlockTree>(), services.GetRequiredService<EthService>()));
        }

        foreach (string name in plan.Settings.Get<HttpOptions>().Api)
        {
            if (!EngineCatalog.Namespaces.Contains(name) && modules.TrueForAll(m => m.Namespace != name))
            {
                throw new OperatorFault($"http.api: there is no namespace '{name}'");
            }
        }

        return modules;
    }

    private static RpcServerOptions ServerOptions(HttpOptions http) => new()
    {
        Host = http.Host,
        Port = http.Port,
        Namespaces = http.Api,
        CorsOrigins = http.CorsDomain,
        VirtualHosts = http.VirtualHosts,
        MaxRequestBytes = http.MaxRequestBytes,
        MaxResponseBytes = http.MaxResponseBytes,
        MaxBatchItems = http.MaxBatch,
        ExecutionTimeout = TimeSpan.FromSeconds(http.EvmTimeout),
        MaxConnections = http.MaxConnections,
        MaxSubscriptionsPerConnection = http.MaxSubscriptions,
        MaxQueuedMessages = http.MaxQueuedMessages,
        MaxQueuedBytes = http.MaxQueuedBytes,
    };

    private static EthApiOptions EthOptions(HttpOptions http, PoolOptions pool) => new()
    {
        MaxResponseBytes = http.MaxResponseBytes,
        GasCap = http.GasCap,
        MinTip = pool.MinTip,
        MaxFilters = http.MaxFilters,
        FilterTimeout = TimeSpan.FromSeconds(http.FilterTimeout),
        MaxLogBlocks = http.MaxLogBlocks,
        MaxLogs = http.MaxLogs,
    };
}
