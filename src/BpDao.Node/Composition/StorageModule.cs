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
            .AddSingleton<IDb>(_ => RocksDatabase.Open(databasePath, options.ToRocks(nodesInProcess)))
            .AddSingleton(options.Archive ? StateOptions.Archive : new StateOptions((ulong)options.History))
            .AddSingleton<StateStore>()
            .AddSingleton<ISafetyStore, DbSafetyStore>();
    }}
