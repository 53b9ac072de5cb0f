using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Network;
using BpDao.Node.Telemetry;
using BpDao.Specs;
using BpDao.State;
using BpDao.Synchronization;
using BpDao.Synchronization.Snap;
using BpDao.TxPool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Composition;

/// <summary>The protocols that this node speaks with others, whatever carries them.</summary>
internal static class NetworkingModule
{
    public static IServiceCollection AddNetworking(this IServiceCollection services, NodePlan plan) => services
        .AddSingleton(s => plan.Spec.ToForkHistory(s.GetRequiredService<BlockTree>().Genesis.Hash))
        .AddSingleton(s => new ChainForks(s.GetRequiredService<BlockTree>(), s.GetRequiredService<ForkHistory>()))
        .AddSingleton(s => CreateEth(s, plan))
        .AddSingleton(s => CreateBpDao(s, plan))
        .AddSingleton<SnapPeers>()
        .AddSingleton<SnapCounters>()
        .AddSingleton(s => new SnapMetrics(plan, s.GetRequiredService<SnapCounters>()))
        .AddSingleton(s => CreateSnap(s, plan))
        .AddSingleton<IStateDownloader>(s => CreateDownloader(s, plan))
        .AddSingleton<IConsensusTransport>(s => s.GetRequiredService<BpDaoProtocol>())
        .AddSingleton(s => new NodeProtocols(
            [s.GetRequiredService<BpDaoProtocol>(), .. s.GetRequiredService<EthService>().Protocols, s.GetRequiredService<SnapProtocol>()]));

    private static EthService CreateEth(IServiceProvider services, NodePlan plan) => new(
        services.GetRequiredService<BlockTree>(), services.GetRequiredService<ITxPool>(), plan.Spec.NetworkId, services.GetRequiredService<ForkHistory>(), new EthOptions(), plan.Time,
        plan.Loggers);

    private static BpDaoProtocol CreateBpDao(IServiceProvider services, NodePlan plan) => new(
        new PeerId(plan.Network.Id), plan.Spec.NetworkId, services.GetRequiredService<BlockTree>().Genesis.Hash, services.GetService<ISyncSessions>(), new BpDaoOptions(), plan.Time,
        plan.Loggers.CreateLogger<BpDaoProtocol>());

    private static SnapProtocol CreateSnap(IServiceProvider services, NodePlan plan) => new(
        services.GetRequiredService<StateStore>(), services.GetRequiredService<SnapPeers>(), services.GetRequiredService<SnapMetrics>().Counters, new SnapOptions(), plan.Time,
        plan.Loggers.CreateLogger<SnapProtocol>());

    private static SnapDownloader CreateDownloader(IServiceProvider services, NodePlan plan) => new(
        services.GetRequiredService<StateStore>(), services.GetRequiredService<SnapPeers>(), services.GetRequiredService<SnapMetrics>().Counters, new SnapOptions(), plan.Time,
        plan.Loggers.CreateLogger<SnapDownloader>());
}

/// <summary>All protocols of the node.</summary>
internal sealed record NodeProtocols(IReadOnlyList<IProtocol> All);
