using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>The hashes of the blocks between the head and the checkpoint, found by a <see cref="CheckpointWalk"/>.</summary>
internal sealed class CheckpointPath
{
    // 128 MiB of hashes; more blocks are a case for snap.
    private const ulong MostBlocks = 4 * 1024 * 1024;

    private readonly ulong _head;
    private readonly Hash256[] _hashes;

    private CheckpointPath(ulong head, Hash256[] hashes) => (_head, _hashes) = (head, hashes);

    /// <summary>What the block of that number must be; null beyond the checkpoint.</summary>
    public Hash256? HashOf(ulong number) => number > _head && number - _head <= (ulong)_hashes.Length ? _hashes[number - _head - 1] : null;

    /// <summary>Walks from the checkpoint down to the head.</summary>
    /// <returns>The path; null with one line when it cannot be; null without when no peer could help now.</returns>
    public static async Task<(CheckpointPath? Path, string? Refusal)> WalkAsync(
        BlockTree tree, WeakSubjectivity trust, PeerChoice peers, CancellationToken cancellationToken)
    {
        BlockHeader head = tree.Head;
        ulong length = trust.Checkpoint!.Value.Number - head.Number;
        if (length > MostBlocks) return (null, $"the checkpoint is {length} blocks away, more than {MostBlocks}: use --sync snap");
        Hash256[] hashes = new Hash256[length];
        CheckpointWalk walk = new(trust, peers, head.Number);
        string? refusal = await walk.RunAsync(header => hashes[header.Number - head.Number - 1] = header.Hash, cancellationToken).ConfigureAwait(false);
        if (!walk.IsDone) return (null, refusal);
        return walk.Due == head.Hash
            ? (new CheckpointPath(head.Number, hashes), null)
            : (null, $"block {head.Number} of this database is {head.Hash}, the checkpoint's chain has {walk.Due} there: begin anew with an empty --datadir");
    }
}
