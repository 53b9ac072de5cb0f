using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus;

/// <summary>The participant: timers, votes, keys.</summary>
public interface IConsensusEngine : IAsyncDisposable
{
    /// <summary>Runs until cancelled. An exception is our bug or our disk, and stops the node.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>All that an engine may touch. What is not here, it cannot do.</summary>
/// <param name="Signer">Null on a node that only follows.</param>
public sealed record EngineContext(
    IChainReader Chain, IContractReader Contracts, IBlockProducer Producer, IBlockImporter Importer, IConsensusTransport Transport,
    ISafetyStore Safety, IEngineRecords Records, ISigner? Signer, TimeProvider Time, ILoggerFactory Loggers)
{
    /// <summary>Null where nothing is kept.</summary>
    public IReportStore? Reports { get; init; }

    /// <summary>Null where nothing else downloads blocks.</summary>
    public ISyncProgress? Sync { get; init; }
}

/// <summary>The committed chain, read only.</summary>
public interface IChainReader
{
    BlockHeader Genesis { get; }

    /// <summary>The last committed block. On a PoR chain it is final.</summary>
    BlockHeader Head { get; }

    BlockHeader? HeaderByHash(Hash256 hash);

    /// <summary>On the canonical chain.</summary>
    BlockHeader? HeaderByNumber(ulong number);

    Block? BlockByHash(Hash256 hash);

    /// <summary>The certificate that committed the block of that number; null when there is none.</summary>
    byte[]? CertificateByNumber(ulong number);
}
