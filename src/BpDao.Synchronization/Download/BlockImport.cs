using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Brings downloaded blocks through the one door, each with its certificate, and says whose fault it is when one does not pass.</summary>
internal sealed class BlockImport(BlockTree tree, BlockImporter importer, ConflictCheck conflicts)
{
    // Blocks that are appended are not found by their number before they are on disk.
    private BlockHeader _front = tree.Head;

    /// <summary>The block that the next one must follow.</summary>
    public BlockHeader Front => tree.Head.Number > _front.Number ? tree.Head : _front;

    /// <param name="path">What blocks must be up to the checkpoint; null when nothing is known of them.</param>
    /// <param name="appended">Called after each block.</param>
    /// <returns>What the peer that sent them did wrong; null when all passed.</returns>
    /// <exception cref="SyncHaltedException">Certificates and this node contradict each other.</exception>
    public string? Append(IReadOnlyList<CertifiedBlock> blocks, CheckpointPath? path, Action appended, CancellationToken cancellationToken)
    {
        foreach (CertifiedBlock item in blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BlockHeader header = item.Block.Header;
            if (header.Number <= Front.Number && !conflicts.IsAnother(header)) continue;
            if (Fault(item, path, cancellationToken) is { } fault) return fault;
            appended();
        }

        return null;
    }

    /// <summary>Waits until everything is on disk.</summary>
    public void Flush() => importer.Flush();

    private string? Fault(CertifiedBlock item, CheckpointPath? path, CancellationToken cancellationToken)
    {
        BlockHeader header = item.Block.Header;
        if (path?.HashOf(header.Number) is { } due && due != header.Hash) return $"block {header.Number} is {header.Hash}, the checkpoint's chain has {due}";
        if (conflicts.IsAnother(header))
        {
            conflicts.ThrowIfFinal(header, item.Certificate);
            return $"another block {header.Number} than the one committed here";
        }

        if (header.ParentHash != Front.Hash) return ForeignParent(header, item.Certificate);
        BlockVerdict verdict = importer.Append(item.Block, item.Certificate, verifyCertificate: true, cancellationToken);
        switch (verdict.Error)
        {
            case BlockError.None:
            case BlockError.AlreadyKnown:
            case BlockError.BehindFinality:
                _front = header;
                return null;
            case BlockError.InvalidCertificate:
            case BlockError.InvalidTransactionsRoot:
            case BlockError.InvalidWithdrawalsRoot:
            case BlockError.InvalidOmmers:
                // The header may be final: what came with it is not its body or its certificate.
                return verdict.ToString();
            case BlockError.UnknownParent:
            case BlockError.ParentStateMissing:
            case BlockError.TimestampTooFarAhead:
                throw new InvalidOperationException($"Block {header.Number} follows the head and was not judged: {verdict}");
            default:
                importer.Flush();
                throw new SyncHaltedException(
                    $"Divergence: block {header.Number} {header.Hash} is final by its certificate, and this node finds it invalid: {verdict}. "
                    + "Keep the data directory, compare versions, report it");
        }
    }

    // A good certificate over a block on another parent is a second history of the parent's height.
    private string ForeignParent(BlockHeader header, ReadOnlyMemory<byte> certificate)
    {
        importer.Flush();
        conflicts.ThrowIfParentIsFinal(header, certificate);
        return $"block {header.Number} follows {header.ParentHash}, the head is {Front.Hash}";
    }
}
