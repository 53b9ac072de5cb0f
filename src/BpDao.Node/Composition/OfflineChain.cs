using BpDao.Blockchain;
using BpDao.Db;
using BpDao.Db.Rocks;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Node.Telemetry;
using BpDao.Specs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Composition;

/// <summary>The chain of a data directory without pool, network, engine and RPC, for commands that carry blocks in and out.</summary>
internal sealed class OfflineChain : IDisposable
{
    // A power cut costs at most as many blocks, to be imported again; a sync for each would be most of the time.
    private const int BlocksPerSync = 1024;

    private readonly ServiceProvider _services;

    private OfflineChain(IServiceCollection services) => _services = services.BuildServiceProvider();

    public BlockTree Tree => _services.GetRequiredService<BlockTree>();

    public ArchiveImport Import => _services.GetRequiredService<ArchiveImport>();

    /// <exception cref="OperatorFault">The directory holds another chain, or the chainspec is unsound.</exception>
    public static OfflineChain Open(ChainSpec spec, DataDirectory data, Settings settings) => Checked(new(Services(spec, data, settings)));

    /// <summary>The same; blocks are synced now and then and not one by one.</summary>
    public static OfflineChain OpenForImport(ChainSpec spec, DataDirectory data, Settings settings) => Checked(new(
        Services(spec, data, settings)
            .AddSingleton<IDb>(_ => new LazilySyncedDb(StorageModule.Open(settings, data.Combine("db"), 1), BlocksPerSync))
            .AddSingleton<ArchiveImport>()));

    public void Dispose() => _services.Dispose();

    private static IServiceCollection Services(ChainSpec spec, DataDirectory data, Settings settings) => new ServiceCollection()
        .AddSingleton(_ => NodeLogging.Create(settings.Get<LogOptions>(), onStandardError: true))
        .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
        .AddStorage(settings, data.Combine("db"), nodesInProcess: 1)
        .AddChain(spec, settings);

    private static OfflineChain Checked(OfflineChain chain)
    {
        try
        {
            _ = chain.Tree;
            return chain;
        }
        catch
        {
            chain.Dispose();
            throw;
        }
    }
}
