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
    /// <param name="appended">Called after each block with its number.</param>
    /// <returns>What the peer that sent them did wrong; null when all passed.</returns>
    /// <exception cref="SyncHaltedException">Certificates and this node contradict each other.</exception>
    public string? Append(IReadOnlyList<CertifiedBlock> blocks, CheckpointPath? path, Action<ulong> appended, CancellationToken cancellationToken)
    {
        foreach (CertifiedBlock item in blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Looked at once: the engine may commit meanwhile, and the block that it commits may be this one.
            BlockHeader header = item.Block.Header, front = Front;
            if (header.Number <= front.Number && !conflicts.IsAnother(header)) continue;
            if (Fault(item, front, path, cancellationToken) is { } fault) return fault;
            appended(header.Number);
        }

        return null;
    }

    /// <summary>Waits until everything is on disk.</summary>
    public void Flush() => importer.Flush();

    private string? Fault(CertifiedBlock item, BlockHeader front, CheckpointPath? path, CancellationToken cancellationToken)
    {
        BlockHeader header = item.Block.Header;
        if (path?.HashOf(header.Number) is { } due && due != header.Hash) return $"block {header.Number} is {header.Hash}, the checkpoint's chain has {due}";
        if (conflicts.IsAnother(header)) return Another(header, item.Certificate);
        if (header.ParentHash != front.Hash) return ForeignParent(header, front, item.Certificate);
        BlockVerdict verdict = importer.Append(item.Block, item.Certificate, verifyCertificate: true, cancellationToken);
        switch (verdict.Error)
        {
            case BlockError.None:
            case BlockError.AlreadyKnown:
                _front = header;
                return null;
            case BlockError.BehindFinality:
                // The engine has committed one there meanwhile.
                return Another(header, item.Certificate);
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

    private string Another(BlockHeader header, ReadOnlyMemory<byte> certificate)
    {
        conflicts.ThrowIfFinal(header, certificate);
        return $"another block {header.Number} than the one committed here";
    }

    // A good certificate over a block on another parent is a second history of the parent's height.
    private string ForeignParent(BlockHeader header, BlockHeader front, ReadOnlyMemory<byte> certificate)
    {
        importer.Flush();
        conflicts.ThrowIfParentIsFinal(header, certificate);
        return $"block {header.Number} follows {header.ParentHash}, the head is {front.Hash}";
    }
}
