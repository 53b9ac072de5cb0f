using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>The hashes of the blocks between the head and the checkpoint, found backwards from the checkpoint, so that each header proves the one before it
/// and no certificate is believed.</summary>
internal sealed class CheckpointPath
{
    // 128 MiB of hashes; more blocks are a case for snap.
    private const ulong MostBlocks = 4 * 1024 * 1024;

    private readonly ulong _head;
    private readonly Hash256[] _hashes;

    private CheckpointPath(ulong head, Hash256[] hashes) => (_head, _hashes) = (head, hashes);

    /// <summary>What the block of that number must be; null beyond the checkpoint.</summary>
    public Hash256? HashOf(ulong number) => number > _head && number - _head <= (ulong)_hashes.Length ? _hashes[number - _head - 1] : null;

    /// <summary>Walks from the checkpoint down to the head. Peers that do not have it, or show something else, are refused.</summary>
    /// <returns>The path; null with one line when it cannot be; null without when no peer could help now.</returns>
    public static async Task<(CheckpointPath? Path, string? Refusal)> WalkAsync(
        BlockTree tree, WeakSubjectivity trust, PeerChoice peers, CancellationToken cancellationToken)
    {
        Checkpoint checkpoint = trust.Checkpoint!.Value;
        BlockHeader head = tree.Head;
        ulong length = checkpoint.Number - head.Number;
        if (length > MostBlocks) return (null, $"the checkpoint is {length} blocks away, more than {MostBlocks}: use --sync snap");
        Hash256[] hashes = new Hash256[length];
        Hash256 due = checkpoint.Hash;
        ulong number = checkpoint.Number;
        while (number > head.Number)
        {
            ulong count = Math.Min(number - head.Number, SyncLimits.Headers);
            if (peers.Take(number) is not { } peer) return (null, null);
            HeadersAnswer? answer = await peer.AskAsync<HeadersAnswer>(SyncMessageCode.GetHeaders, number - count + 1, count, cancellationToken).ConfigureAwait(false);
            if (answer is null) continue;
            if (answer.Headers.Count == 0)
            {
                peer.Disclaim(number);
                continue;
            }

            if ((ulong)answer.Headers.Count != count || !LeadsTo(answer.Headers, number, due))
            {
                peer.Refuse($"its chain does not lead to the checkpoint {checkpoint}");
                continue;
            }

            if (number == checkpoint.Number && trust.RefusalOf(answer.Headers[^1]) is { } refusal) return (null, refusal);
            foreach (BlockHeader header in answer.Headers) hashes[header.Number - head.Number - 1] = header.Hash;
            due = answer.Headers[0].ParentHash;
            number -= count;
        }

        return due == head.Hash
            ? (new CheckpointPath(head.Number, hashes), null)
            : (null, $"block {head.Number} of this database is {head.Hash}, the checkpoint's chain has {due} there: begin anew with an empty --datadir");
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
