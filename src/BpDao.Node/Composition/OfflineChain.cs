using BpDao.Blockchain;
using BpDao.Consensus;
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
    private readonly ServiceProvider _services;

    private OfflineChain(IServiceCollection services) => _services = services.BuildServiceProvider();

    public BlockTree Tree => _services.GetRequiredService<BlockTree>();

    public IConsensusRules Rules => _services.GetRequiredService<IConsensusRules>();

    public ArchiveImport Import => _services.GetRequiredService<ArchiveImport>();

    /// <exception cref="OperatorFault">The directory holds another chain, or the chainspec is unsound.</exception>
    public static OfflineChain Open(ChainSpec spec, DataDirectory data, Settings settings)
    {
        OfflineChain chain = new(new ServiceCollection()
            .AddSingleton(_ => NodeLogging.Create(settings.Get<LogOptions>(), onStandardError: true))
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddStorage(settings, data.Combine("db"), nodesInProcess: 1)
            .AddChain(spec, settings)
            .AddSingleton<ArchiveImport>());
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

    public void Dispose() => _services.Dispose();
}
