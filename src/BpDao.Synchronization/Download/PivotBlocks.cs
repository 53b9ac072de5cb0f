using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>The last blocks of a light chain as a node that executed them would have them: bodies, certificates, receipts.</summary>
internal sealed class PivotBlocks
{
    // Headers 257 deep are proven; BLOCKHASH looks at 256, and genesis is there already.
    private PivotBlocks(IReadOnlyList<PivotBlock> blocks) => Blocks = blocks;

    public IReadOnlyList<PivotBlock> Blocks { get; }

    /// <returns>Null when no peer has them now, or the pivot is a safe-mode block.</returns>
    public static async Task<PivotBlocks?> DownloadAsync(ILightChain chain, PeerChoice peers, CancellationToken cancellationToken)
    {
        BlockHeader[] due = [.. chain.Recent.Where(h => h.Number > 0)];
        List<PivotBlock> blocks = [];
        while (blocks.Count < due.Length)
        {
            ulong next = due[blocks.Count].Number;
            ulong count = (ulong)Math.Min(SyncLimits.Blocks, due.Length - blocks.Count);
            if (peers.Take(next) is not { } peer) return null;
            BlocksAnswer? bodies = await peer.AskAsync<BlocksAnswer>(SyncMessageCode.GetBlocks, next, count, cancellationToken).ConfigureAwait(false);
            if (bodies is null) continue;
            ReceiptsAnswer? receipts = bodies.Blocks.Count == 0 ? null
                : await peer.AskAsync<ReceiptsAnswer>(SyncMessageCode.GetReceipts, next, (ulong)bodies.Blocks.Count, cancellationToken).ConfigureAwait(false);
            if (bodies.Blocks.Count == 0 || receipts is { Receipts.Count: 0 }) peer.Disclaim(next);
            if (bodies.Blocks.Count == 0 || receipts is null) continue;
            if (Join(chain, due, bodies, receipts, blocks) is { } fault) peer.Refuse(fault);
        }

        // The contracts of a safe-mode block may have nothing to say, and what they said last is not known here.
        return ReceiptCodec.TryDecode(BlocksOfPivot(blocks).Span, out Receipt? first) && first!.Success ? new PivotBlocks(blocks) : null;
    }

    private static ReadOnlyMemory<byte> BlocksOfPivot(List<PivotBlock> blocks) => blocks[^1].Receipts[0];

    /// <returns>What the peer did wrong; null when what it sent was taken.</returns>
    private static string? Join(ILightChain chain, BlockHeader[] due, BlocksAnswer bodies, ReceiptsAnswer receipts, List<PivotBlock> blocks)
    {
        int count = Math.Min(bodies.Blocks.Count, receipts.Receipts.Count);
        if (bodies.Blocks.Count > due.Length - blocks.Count) return $"{bodies.Blocks.Count} blocks, {due.Length - blocks.Count} were asked for";
        for (int i = 0; i < count; i++)
        {
            CertifiedBlock item = bodies.Blocks[i];
            BlockHeader header = due[blocks.Count];
            PivotBlock block = new(item.Block, receipts.Receipts[i], item.Certificate);
            if (item.Block.Hash != header.Hash || !block.FitsItsHeader()) return $"body or receipts of block {header.Number} that are not those of its header";
            // The next block will carry the pivot's certificate, and peers are shown the others.
            BlockVerdict verdict = chain.ValidateCertificate(header, item.Certificate.Span);
            if (!verdict.IsValid) return verdict.ToString();
            blocks.Add(block);
        }

        return null;
    }
}
