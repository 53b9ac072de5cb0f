using BpDao.Consensus;
using BpDao.Db;
using BpDao.Db.Rocks;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.State;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Node.Composition;

/// <summary>The database and what lies directly on it.</summary>
internal static class StorageModule
{
    public static IServiceCollection AddStorage(this IServiceCollection services, NodePlan plan)
    {
        DatabaseOptions options = plan.Settings.Get<DatabaseOptions>();
        return services
            .AddSingleton<IDb>(_ => RocksDatabase.Open(plan.DatabasePath, options.ToRocks(plan.NodesInProcess)))
            .AddSingleton(options.Archive ? StateOptions.Archive : new StateOptions((ulong)options.History))
            .AddSingleton<StateStore>()
            .AddSingleton<ISafetyStore, DbSafetyStore>();
    }
}
