using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Answers the questions of peers from what is committed here. Thread-safe; nothing is kept of a question.</summary>
public sealed class SyncServer(BlockTree tree, IConsensusRules rules)
{
    /// <param name="code">Of the question.</param>
    /// <returns>The payload of the answer, never longer than <see cref="SyncMessageCode.MaxBytes"/> of its code; null when that code is no question.</returns>
    public byte[]? Answer(int code, in SyncQuestion q) => code switch
    {
        SyncMessageCode.GetTip => SyncMessageCodec.Encode(Tip(q.Id)),
        SyncMessageCode.GetHeaders => SyncMessageCodec.Encode(new HeadersAnswer(q.Id, Headers(q))),
        SyncMessageCode.GetBlocks => SyncMessageCodec.EncodeBlocks(q.Id, Blocks(q)),
        SyncMessageCode.GetEpochs => SyncMessageCodec.Encode(new EpochsAnswer(q.Id, Epochs(q))),
        SyncMessageCode.GetReceipts => SyncMessageCodec.Encode(new ReceiptsAnswer(q.Id, Receipts(q))),
        _ => null,
    };

    private TipAnswer Tip(ulong id)
    {
        BlockHeader head = tree.Head;
        return new TipAnswer(id, head, tree.CertificateByNumber(head.Number));
    }

    private List<BlockHeader> Headers(in SyncQuestion q)
    {
        List<BlockHeader> headers = [];
        foreach (ulong number in Numbers(q, SyncLimits.Headers))
        {
            if (tree.HeaderByNumber(number) is not { } header) break;
            headers.Add(header);
        }

        return headers;
    }

    private List<(byte[] Block, byte[] Certificate)> Blocks(in SyncQuestion q)
    {
        List<(byte[], byte[])> blocks = [];
        long bytes = 0;
        foreach (ulong number in Numbers(q, SyncLimits.Blocks))
        {
            // Genesis has no certificate, and everybody has it.
            if (bytes >= SyncLimits.AnswerBytes || tree.CertificateByNumber(number) is not { } certificate || tree.BlockByNumber(number) is not { } block) break;
            byte[] encoded = BlockCodec.Encode(block);
            if (blocks.Count > 0 && bytes + encoded.Length > SyncMessageCode.MaxBytes(SyncMessageCode.Blocks) / 2) break;
            bytes += encoded.Length + certificate.Length;
            blocks.Add((encoded, certificate));
        }

        return blocks;
    }

    private List<EpochBoundary> Epochs(in SyncQuestion q)
    {
        List<EpochBoundary> epochs = [];
        BlockHeader head = tree.Head;
        long bytes = 0;
        if (rules.Light is not { } light) return epochs;
        foreach (ulong epoch in Numbers(q, SyncLimits.Epochs))
        {
            if (bytes >= SyncLimits.AnswerBytes || light.SpanOf(epoch, head) is not { } span || Boundary(light, epoch, span) is not { } boundary) break;
            long length = boundary.Certificate.Length + (boundary.Opening is { } o ? o.Payload.Length + o.Receipts.Sum(r => r.Length + 4L) : 0);
            if (bytes + length > SyncMessageCode.MaxBytes(SyncMessageCode.Epochs) - Slack) break;
            bytes += length;
            epochs.Add(boundary);
        }

        return epochs;
    }

    private EpochBoundary? Boundary(ILightConsensus light, ulong epoch, EpochSpan span)
    {
        if (tree.CertificateByNumber(span.Last) is not { } certificate) return null;
        if (epoch == 0) return new EpochBoundary(epoch, span, null, certificate);
        return tree.BlockByNumber(span.First) is { } first && light.PayloadOf(first) is { } payload && EncodedReceipts(first.Hash) is { } receipts
            ? new EpochBoundary(epoch, span, new EpochOpening(payload, receipts), certificate)
            : null;
    }

    private List<IReadOnlyList<ReadOnlyMemory<byte>>> Receipts(in SyncQuestion q)
    {
        List<IReadOnlyList<ReadOnlyMemory<byte>>> blocks = [];
        long bytes = 0;
        foreach (ulong number in Numbers(q, SyncLimits.Receipts))
        {
            if (bytes >= SyncLimits.AnswerBytes || tree.HashByNumber(number) is not { } hash || EncodedReceipts(hash) is not { } receipts) break;
            long length = receipts.Sum(r => r.Length + 4L);
            if (bytes + length > SyncMessageCode.MaxBytes(SyncMessageCode.Receipts) - Slack) break;
            bytes += length;
            blocks.Add(receipts);
        }

        return blocks;
    }

    private ReadOnlyMemory<byte>[]? EncodedReceipts(Hash256 hash) =>
        tree.ReceiptsOf(hash) is { } receipts ? [.. receipts.Select(r => (ReadOnlyMemory<byte>)ReceiptCodec.Encode(r))] : null;

    // Ids, list heads, header.
    private const int Slack = 64 * 1024;

    private static IEnumerable<ulong> Numbers(SyncQuestion q, int limit)
    {
        ulong count = Math.Min(q.Count, (ulong)limit);
        for (ulong i = 0; i < count && q.Start <= ulong.MaxValue - i; i++) yield return q.Start + i;
    }
}
