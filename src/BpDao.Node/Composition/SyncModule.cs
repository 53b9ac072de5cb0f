using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Node.Options;
using BpDao.Synchronization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Composition;

/// <summary>Catching up with peers and serving those that do.</summary>
internal static class SyncModule
{
    public static IServiceCollection AddSynchronisation(this IServiceCollection services, NodePlan plan) => services
        .AddSingleton<SyncServer>()
        .AddSingleton<SyncSessions>()
        .AddSingleton<ISyncSessions>(s => s.GetRequiredService<SyncSessions>())
        .AddSingleton(s => new Synchroniser(
            s.GetRequiredService<BlockTree>(), s.GetRequiredService<BlockImporter>(), s.GetRequiredService<IConsensusRules>(), s.GetRequiredService<IContractReader>(),
            s.GetRequiredService<SyncSessions>(), plan.Settings.Get<SynchronisationOptions>().ToSynchroniser(plan.Key?.Address), s.GetService<IStateDownloader>(),
            s.GetService<IReportStore>(), plan.Time, s.GetRequiredService<ILogger<Synchroniser>>()))
        .AddSingleton(s => s.GetRequiredService<Synchroniser>().Progress);
}
