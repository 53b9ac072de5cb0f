using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>Takes a light chain to the highest tip: boundaries of epochs, the headers between them, and nothing believed that is not proven.</summary>
/// <remarks>Keys of long ago can prove a past that never was. What comes before the checkpoint is therefore believed only until somebody tells another
/// past, or nobody leads on to the checkpoint; then the epochs are looked up backwards from it, and everybody is measured by them.</remarks>
internal sealed class LightSync(ILightConsensus light, BlockHeader genesis, PeerChoice peers, WeakSubjectivity trust, ILogger logger)
{
    private const ulong MostHeaders = 8192;

    // Whoever takes longer for an answer makes room for somebody who was quicker.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(3);

    private EpochEnds? _ends;

    public ILightChain Chain { get; private set; } = light.Open(genesis, BodyRoots.OfEncoded);

    // It may be a past of old keys.
    private bool IsDoubtful => _ends is null && Chain.Head.Number > 0 && trust.Checkpoint is { } checkpoint && Chain.Head.Number < checkpoint.Number;

    // A peer that has not the checkpoint does not lead to it.
    private ulong Wanted => Math.Max(Chain.Head.Number + 1, trust.Checkpoint?.Number ?? 0);

    /// <summary>Returns when no peer has more.</summary>
    /// <returns>One line that says what to do; null when all went well.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_ends is { IsKnown: false } ends)
            {
                string? unfound = await ends.FindAsync(cancellationToken).ConfigureAwait(false);
                if (!ends.IsKnown) return unfound;
                if (!ends.Has(Chain.Head)) Reopen();
            }

            if (peers.Take(Wanted) is { } peer)
            {
                if (await AdvanceAsync(peer, cancellationToken).ConfigureAwait(false) is { } refusal) return refusal;
                logger.LogDebug("Headers are proven up to block {BlockNumber}, epoch {Epoch}", Chain.Head.Number, Chain.Epoch);
            }
            else if (IsDoubtful)
            {
                Doubt();
            }
            else
            {
                return null;
            }
        }
    }

    /// <summary>Takes what one peer has, as long as it is quick.</summary>
    /// <returns>One line that says what to do; null when there is nothing to say.</returns>
    private async Task<string?> AdvanceAsync(RemotePeer peer, CancellationToken cancellationToken)
    {
        // The epoch under way is asked for again: it may have grown, or ended.
        EpochsAnswer? answer = await peer.AskAsync<EpochsAnswer>(SyncMessageCode.GetEpochs, Chain.Epoch, SyncLimits.Epochs, cancellationToken).ConfigureAwait(false);
        if (answer is null) return null;
        if (answer.Epochs.Count == 0 || answer.Epochs[^1].Span.Last <= Chain.Head.Number)
        {
            peer.Disclaim(Chain.Head.Number + 1);
            return null;
        }

        foreach (EpochBoundary boundary in answer.Epochs)
        {
            if (boundary.Span.Last <= Chain.Head.Number) continue;
            if (await HeadersAsync(peer, boundary, cancellationToken).ConfigureAwait(false) is not { } headers) break;
            if (Fault(boundary, headers) is { } fault)
            {
                peer.Refuse(fault);
                break;
            }

            if (CheckpointOf(headers) is { } checkpoint && trust.RefusalOf(checkpoint) is { } refusal) return refusal;
            Append(peer, boundary, headers);
            if (peer.IsRefused || (peer.Lag > Slow && peers.Take(Wanted) != peer)) break;
        }

        return null;
    }

    private void Append(RemotePeer peer, EpochBoundary boundary, List<BlockHeader> headers)
    {
        bool begins = headers[0].Number == boundary.Span.First;
        BlockVerdict verdict = Chain.Append(new EpochSegment(headers, begins ? boundary.Opening : null, boundary.Certificate));
        if (!verdict.IsValid) peer.Refuse(verdict.ToString());
    }

    /// <summary>What the peer did wrong as far as the checkpoint tells; null when nothing.</summary>
    private string? Fault(EpochBoundary boundary, List<BlockHeader> headers)
    {
        if (trust.Checkpoint is not { } checkpoint) return null;
        if (CheckpointOf(headers) is { } there && there.Hash != checkpoint.Hash) return $"its block {checkpoint.Number} is {there.Hash}, the checkpoint says {checkpoint.Hash}";
        bool isOther = headers[^1].Number < checkpoint.Number && _ends?.Has(headers[^1]) == false;
        return isOther ? $"its epoch {boundary.Epoch} ends with block {headers[^1].Number} {headers[^1].Hash}, which is not before the checkpoint {checkpoint}" : null;
    }

    private BlockHeader? CheckpointOf(List<BlockHeader> headers) =>
        trust.Checkpoint is { } checkpoint ? headers.Find(h => h.Number == checkpoint.Number) : null;

    /// <summary>From the light chain's head to the boundary's last block; null when the peer does not give them.</summary>
    /// <remarks>Each answer is whole and follows the one before, so the longest epoch costs sixteen of them, whoever sends it.</remarks>
    private async Task<List<BlockHeader>?> HeadersAsync(RemotePeer peer, EpochBoundary boundary, CancellationToken cancellationToken)
    {
        List<BlockHeader> headers = [];
        BlockHeader last = Chain.Head;
        // An epoch longer than any contract allows (4,096 blocks) is a lie that would cost memory.
        if (boundary.Span.Last - last.Number > MostHeaders)
        {
            peer.Refuse($"an epoch of {boundary.Span.Last - last.Number} blocks");
            return null;
        }

        while (last.Number < boundary.Span.Last)
        {
            ulong count = Math.Min(SyncLimits.Headers, boundary.Span.Last - last.Number);
            HeadersAnswer? answer = await peer.AskAsync<HeadersAnswer>(SyncMessageCode.GetHeaders, last.Number + 1, count, cancellationToken).ConfigureAwait(false);
            if (answer is null) return null;
            if (answer.Headers.Count == 0)
            {
                peer.Disclaim(last.Number + 1);
                return null;
            }

            if (headers.Count == 0 && IsDoubtful && answer.Headers[0].ParentHash != last.Hash)
            {
                Doubt();
                return null;
            }

            if ((ulong)answer.Headers.Count != count || !Follow(last, answer.Headers))
            {
                peer.Refuse($"{answer.Headers.Count} headers for {count} that follow block {last.Number} in its epoch {boundary.Epoch}, or others");
                return null;
            }

            headers.AddRange(answer.Headers);
            last = headers[^1];
        }

        return headers;
    }

    private static bool Follow(BlockHeader parent, IReadOnlyList<BlockHeader> headers)
    {
        foreach (BlockHeader header in headers)
        {
            if (header.ParentHash != parent.Hash || header.Number != parent.Number + 1) return false;
            parent = header;
        }

        return true;
    }

    private void Doubt()
    {
        logger.LogInformation("Peers tell different pasts, or none that leads to the checkpoint: looking it up from there");
        _ends = new EpochEnds(genesis, light, trust, peers);
    }

    private void Reopen()
    {
        logger.LogWarning("Headers up to block {BlockNumber} {BlockHash} are not before the checkpoint and are forgotten", Chain.Head.Number, Chain.Head.Hash);
        Chain = light.Open(genesis, BodyRoots.OfEncoded);
    }
}
