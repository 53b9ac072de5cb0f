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
    /// <param name="nodesInProcess">They share the memory.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, Settings settings, string databasePath, int nodesInProcess)
    {
        DatabaseOptions options = settings.Get<DatabaseOptions>();
        return services
            .AddSingleton<IDb>(_ => Open(settings, databasePath, nodesInProcess))
            .AddSingleton(options.Archive ? StateOptions.Archive : new StateOptions((ulong)options.History))
            .AddSingleton<StateStore>()
            .AddSingleton<ISafetyStore, DbSafetyStore>();
    }
    /// <exception cref="DbOpenException">The database cannot be used.</exception>
    public static RocksDatabase Open(Settings settings, string databasePath, int nodesInProcess) =>
        RocksDatabase.Open(databasePath, settings.Get<DatabaseOptions>().ToRocks(nodesInProcess));
}
