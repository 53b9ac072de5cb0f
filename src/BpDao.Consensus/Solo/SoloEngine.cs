using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Solo;

/// <summary>Seals on request, and at intervals while it runs. It takes part only with the producer's key.</summary>
public sealed class SoloEngine : IConsensusEngine
{
    private readonly SoloParameters _parameters;
    private readonly EngineContext _context;
    private readonly ILogger _logger;
    private readonly Lock _sealing = new();

    internal SoloEngine(SoloParameters parameters, EngineContext context)
    {
        (_parameters, _context) = (parameters, context);
        _logger = context.Loggers.CreateLogger<SoloEngine>();
    }

    private bool IsProducer => _context.Signer?.Address == _parameters.Producer;

    /// <summary>Builds on the head and commits.</summary>
    /// <exception cref="InvalidOperationException">This node does not hold the producer's key, or built a block that is not valid: a bug.</exception>
    public Block Seal(CancellationToken cancellationToken)
    {
        if (!IsProducer) throw new InvalidOperationException($"Only the holder of {_parameters.Producer} seals on this chain.");
        lock (_sealing)
        {
            BlockHeader parent = _context.Chain.Head;
            ulong now = (ulong)_context.Time.GetUtcNow().ToUnixTimeSeconds();
            BuiltBlock built = _context.Producer.Build(parent, AttributesAfter(parent, now), cancellationToken);
            BlockVerdict verdict = built.Verdict.IsValid
                ? _context.Importer.Commit(built.Block!, default, verifyCertificate: false, cancellationToken)
                : built.Verdict;
            if (!verdict.IsValid) throw new InvalidOperationException($"The block built after {parent.Number} is not valid: {verdict}");
            _logger.LogInformation("Sealed block {BlockNumber} {BlockHash} with {TxCount} transactions",
                built.Block!.Number, built.Block.Hash, built.Block.Transactions.Count);
            return built.Block;
        }
    }

    /// <summary>What the producer chooses for the next block.</summary>
    public PayloadAttributes AttributesAfter(BlockHeader parent, ulong now) => new()
    {
        Timestamp = Math.Max(now, parent.Timestamp + 1),
        Beneficiary = _parameters.Producer,
        GasLimit = parent.GasLimit,
        MixHash = SoloHeaderRule.NextMix(parent),
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_parameters.BlockTime == 0 || !IsProducer)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _context.Time, cancellationToken).ConfigureAwait(false);
            return;
        }

        using PeriodicTimer timer = new(TimeSpan.FromSeconds((long)_parameters.BlockTime), _context.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false)) Seal(cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
