using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>Brings an empty node to a recent block without executing the past: headers proven by one certificate an epoch, the state of the last of them,
/// and the blocks that BLOCKHASH and the engine look back at.</summary>
internal sealed class SnapSync(
    BlockTree tree, BlockImporter importer, ILightConsensus light, PeerChoice peers, IStateDownloader states, WeakSubjectivity trust, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly LightSync _headers = new(light, tree.Genesis, peers, trust, logger);

    // While the tip stands still, so does the pivot, whoever has its state.
    private (Hash256 Pivot, PivotBlocks Blocks)? _fetched;

    /// <summary>The chain is proven to be longer than what an engine asks for itself.</summary>
    public bool IsLong => _headers.Chain.Head.Number > Synchroniser.HandOver;

    /// <summary>Runs until a pivot is adopted; may be called again after it could not.</summary>
    /// <returns>One line that says what to do; null when it is done, or peers could not help now.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await UntilAdoptedAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            importer.EndWait();
        }
    }

    private async Task<string?> UntilAdoptedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await _headers.RunAsync(cancellationToken).ConfigureAwait(false) is { } refusal) return refusal;
            BlockHeader pivot = _headers.Chain.Head;
            if (pivot.Number == 0 || pivot.Number < (trust.Checkpoint?.Number ?? 0)) return null;
            // Who boasts beside a new network must not keep its nodes from voting while its state is fetched.
            if (!IsLong && trust.Checkpoint is null && !importer.AwaitsState) return null;
            PivotBlocks? blocks = _fetched is { } fetched && fetched.Pivot == pivot.Hash
                ? fetched.Blocks
                : await PivotBlocks.DownloadAsync(_headers.Chain, peers, cancellationToken).ConfigureAwait(false);
            if (blocks is null)
            {
                // In safe mode, or nobody has them now.
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
                return null;
            }

            _fetched = (pivot.Hash, blocks);
            // The engine may have committed a block meanwhile: all that follow it are executed, then.
            if (!importer.TryAwaitPivot()) return null;
            logger.LogInformation("Downloading the state of block {BlockNumber} {BlockHash}", pivot.Number, pivot.Hash);
            if (await states.DownloadAsync(pivot, cancellationToken).ConfigureAwait(false) == StateDownload.PivotGone)
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            _fetched = null;
            importer.Adopt(new Pivot(blocks.Blocks, _headers.Chain.Records(), state => light.RecordsAt(_headers.Chain, pivot, state)));
            logger.LogInformation("The head is block {BlockNumber} {BlockHash}, its state was downloaded", pivot.Number, pivot.Hash);
            return null;
        }
    }
}
