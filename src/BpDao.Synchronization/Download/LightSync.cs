using BpDao.Consensus;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>Takes a light chain to the highest tip: boundaries of epochs, the headers between them, and nothing believed that is not proven.</summary>
internal sealed class LightSync(ILightChain chain, PeerChoice peers, WeakSubjectivity trust, ILogger logger)
{
    public ILightChain Chain => chain;

    /// <summary>Returns when no peer has more.</summary>
    /// <returns>One line that says what to do; null when all went well.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        while (peers.Take(chain.Head.Number + 1) is { } peer)
        {
            // The epoch under way is asked for again: it may have grown, or ended.
            EpochsAnswer? answer = await peer.AskAsync<EpochsAnswer>(SyncMessageCode.GetEpochs, chain.Epoch, SyncLimits.Epochs, cancellationToken).ConfigureAwait(false);
            if (answer is null) continue;
            if (answer.Epochs.Count == 0 || answer.Epochs[^1].Span.Last <= chain.Head.Number)
            {
                peer.Disclaim(chain.Head.Number + 1);
                continue;
            }

            foreach (EpochBoundary boundary in answer.Epochs)
            {
                if (boundary.Span.Last <= chain.Head.Number) continue;
                if (await HeadersAsync(peer, boundary, cancellationToken).ConfigureAwait(false) is not { } headers) break;
                if (Fault(boundary, headers) is { } fault)
                {
                    peer.Refuse(fault);
                    break;
                }
            }

            logger.LogDebug("Headers are proven up to block {BlockNumber}, epoch {Epoch}", chain.Head.Number, chain.Epoch);
        }

        return trust.Checkpoint is { } checkpoint && chain.Head.Number == checkpoint.Number ? trust.RefusalOf(chain.Head) : null;
    }

    /// <summary>What the peer did wrong; null when the light chain has gone on.</summary>
    private string? Fault(EpochBoundary boundary, List<BlockHeader> headers)
    {
        if (trust.Checkpoint is { } checkpoint && headers.Find(h => h.Number == checkpoint.Number) is { } there && there.Hash != checkpoint.Hash)
        {
            return $"its block {checkpoint.Number} is {there.Hash}, the checkpoint says {checkpoint.Hash}";
        }

        bool begins = headers[0].Number == boundary.Span.First;
        BlockVerdict verdict = chain.Append(new EpochSegment(headers, begins ? boundary.Opening : null, boundary.Certificate));
        return verdict.IsValid ? null : verdict.ToString();
    }

    /// <summary>From the light chain's head to the boundary's last block; null when the peer does not give them.</summary>
    private async Task<List<BlockHeader>?> HeadersAsync(RemotePeer peer, EpochBoundary boundary, CancellationToken cancellationToken)
    {
        List<BlockHeader> headers = [];
        ulong next = chain.Head.Number + 1;
        // An epoch longer than any contract allows (4,096 blocks) is a lie that would cost memory.
        if (boundary.Span.Last - next >= MostHeaders)
        {
            peer.Refuse($"an epoch of {boundary.Span.Last - next + 1} blocks");
            return null;
        }

        while (next <= boundary.Span.Last)
        {
            HeadersAnswer? answer = await peer.AskAsync<HeadersAnswer>(
                SyncMessageCode.GetHeaders, next, Math.Min(SyncLimits.Headers, boundary.Span.Last - next + 1), cancellationToken).ConfigureAwait(false);
            if (answer is null) return null;
            if (answer.Headers.Count == 0 || (ulong)answer.Headers.Count > boundary.Span.Last - next + 1)
            {
                peer.Disclaim(next);
                return null;
            }

            headers.AddRange(answer.Headers);
            next += (ulong)answer.Headers.Count;
        }

        return headers;
    }

    private const ulong MostHeaders = 8192;
}
