using BpDao.Consensus;
using BpDao.Node.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Composition;

/// <summary>The engine: made last, of all that it may touch.</summary>
internal static class EngineModule
{
    public static IServiceCollection AddEngine(this IServiceCollection services, NodePlan plan) => services
        .AddSingleton<IReportStore>(s => new ReportDirectory(
            Path.Combine(Path.GetDirectoryName(plan.DatabasePath)!, "reports"), s.GetRequiredService<ILogger<ReportDirectory>>()))
        .AddSingleton(s => s.GetRequiredService<IConsensusPlugin>().CreateEngine(
            plan.Spec,
            s.GetRequiredService<IConsensusRules>(),
            new EngineContext(
                s.GetRequiredService<IChainReader>(), s.GetRequiredService<IContractReader>(), s.GetRequiredService<IBlockProducer>(),
                s.GetRequiredService<IBlockImporter>(), s.GetRequiredService<IConsensusTransport>(), s.GetRequiredService<ISafetyStore>(),
                s.GetRequiredService<IEngineRecords>(), plan.Key is null ? null : new KeySigner(plan.Key), plan.Time,
                s.GetRequiredService<ILoggerFactory>())
            {
                Reports = s.GetRequiredService<IReportStore>(),
                Sync = s.GetRequiredService<ISyncProgress>(),
            }));
}
