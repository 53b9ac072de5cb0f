using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>The way from the checkpoint down to a block of this node: each header is proven by the one above it, and no certificate is believed.</summary>
/// <param name="floor">Number of that block.</param>
internal sealed class CheckpointWalk(WeakSubjectivity trust, PeerChoice peers, ulong floor)
{
    private readonly Checkpoint _checkpoint = trust.Checkpoint!.Value;
    private ulong _number = trust.Checkpoint!.Value.Number;

    /// <summary>What the next block below must be; at the end, what the block of this node must be.</summary>
    public Hash256 Due { get; private set; } = trust.Checkpoint!.Value.Hash;

    public bool IsDone => _number <= floor;

    /// <summary>Goes on from where it stood. Peers that show something else are refused.</summary>
    /// <param name="passed">Called with each header, downwards.</param>
    /// <returns>One line that says what to do; null when it is done, or no peer could help now.</returns>
    public async Task<string?> RunAsync(Action<BlockHeader> passed, CancellationToken cancellationToken)
    {
        while (!IsDone)
        {
            ulong count = Math.Min(_number - floor, SyncLimits.Headers);
            if (peers.Take(_number) is not { } peer) return null;
            HeadersAnswer? answer = await peer.AskAsync<HeadersAnswer>(SyncMessageCode.GetHeaders, _number - count + 1, count, cancellationToken).ConfigureAwait(false);
            if (answer is null) continue;
            if (answer.Headers.Count == 0)
            {
                peer.Disclaim(_number);
                continue;
            }

            if ((ulong)answer.Headers.Count != count || !LeadsTo(answer.Headers, _number, Due))
            {
                peer.Refuse($"its chain does not lead to the checkpoint {_checkpoint}");
                continue;
            }

            if (_number == _checkpoint.Number && trust.RefusalOf(answer.Headers[^1]) is { } refusal) return refusal;
            foreach (BlockHeader header in answer.Headers.Reverse()) passed(header);
            Due = answer.Headers[0].ParentHash;
            _number -= count;
        }

        return null;
    }

    private static bool LeadsTo(IReadOnlyList<BlockHeader> headers, ulong number, Hash256 hash)
    {
        for (int i = headers.Count - 1; i >= 0; i--)
        {
            if (headers[i].Hash != hash || headers[i].Number != number) return false;
            (hash, number) = (headers[i].ParentHash, number - 1);
        }

        return true;
    }
}
