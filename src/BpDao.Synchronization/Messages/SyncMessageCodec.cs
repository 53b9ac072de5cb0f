using System.Diagnostics.CodeAnalysis;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>RLP of the synchronisation messages (docs/protocol.md, section 10). Decoding never throws and stops at the bounds of <see cref="SyncLimits"/>.</summary>
public static class SyncMessageCodec
{
    /// <param name="code">Of the question.</param>
    public static byte[] Encode(int code, in SyncQuestion question)
    {
        RlpWriter w = new(40);
        w.StartList().Write(question.Id);
        if (code != SyncMessageCode.GetTip) w.Write(question.Start).Write(question.Count);
        return w.EndList().ToArray();
    }

    public static bool TryDecodeQuestion(int code, ReadOnlySpan<byte> payload, out SyncQuestion question)
    {
        question = default;
        RlpReader outer = new(payload);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadUInt64(out ulong id)) return false;
        (ulong start, ulong count) = (0, 0);
        if (code != SyncMessageCode.GetTip && (!r.TryReadUInt64(out start) || !r.TryReadUInt64(out count) || count == 0)) return false;
        question = new SyncQuestion(id, start, count);
        return r.AtEnd;
    }

    public static byte[] Encode(SyncAnswer answer)
    {
        RlpWriter w = new(4096);
        w.StartList().Write(answer.Id);
        switch (answer)
        {
            case TipAnswer m:
                HeaderCodec.Write(w, m.Header);
                w.Write(m.Certificate.Span);
                break;
            case HeadersAnswer m:
                w.StartList();
                foreach (BlockHeader header in m.Headers) HeaderCodec.Write(w, header);
                w.EndList();
                break;
            case BlocksAnswer m:
                w.StartList();
                foreach (CertifiedBlock item in m.Blocks) w.StartList().WriteRaw(BlockCodec.Encode(item.Block)).Write(item.Certificate.Span).EndList();
                w.EndList();
                break;
            case EpochsAnswer m:
                w.StartList();
                foreach (EpochBoundary item in m.Epochs) Write(w, item);
                w.EndList();
                break;
            case ReceiptsAnswer m:
                w.StartList();
                foreach (IReadOnlyList<ReadOnlyMemory<byte>> block in m.Receipts) Write(w, block);
                w.EndList();
                break;
        }

        return w.EndList().ToArray();
    }

    /// <summary>A <see cref="BlocksAnswer"/> of blocks that are encoded already.</summary>
    public static byte[] EncodeBlocks(ulong id, IReadOnlyList<(byte[] Block, byte[] Certificate)> blocks)
    {
        RlpWriter w = new(4096);
        w.StartList().Write(id).StartList();
        foreach ((byte[] block, byte[] certificate) in blocks) w.StartList().WriteRaw(block).Write(certificate).EndList();
        return w.EndList().EndList().ToArray();
    }

    /// <summary>Only the id, which costs nothing: whether an answer is waited for is known before it is read.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> payload, out ulong id)
    {
        id = 0;
        RlpReader outer = new(payload);
        return outer.TryReadList(out RlpReader r) && outer.AtEnd && r.TryReadUInt64(out id);
    }

    /// <param name="code">Of the answer.</param>
    public static bool TryDecodeAnswer(int code, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out SyncAnswer? answer)
    {
        answer = null;
        RlpReader outer = new(payload);
        if (!outer.TryReadList(out RlpReader r) || !outer.AtEnd || !r.TryReadUInt64(out ulong id)) return false;
        SyncAnswer? read = code switch
        {
            SyncMessageCode.Tip => ReadTip(id, ref r),
            SyncMessageCode.Headers => ReadHeaders(id, ref r),
            SyncMessageCode.Blocks => ReadBlocks(id, ref r),
            SyncMessageCode.Epochs => ReadEpochs(id, ref r),
            SyncMessageCode.Receipts => ReadReceipts(id, ref r),
            _ => null,
        };
        if (read is null || !r.AtEnd) return false;
        answer = read;
        return true;
    }

    private static void Write(RlpWriter w, EpochBoundary item)
    {
        w.StartList().Write(item.Epoch).Write(item.Span.First).Write(item.Span.Last).Write(item.Certificate.Span);
        if (item.Opening is { } opening)
        {
            w.Write(opening.Payload.Span);
            Write(w, opening.Receipts);
        }

        w.EndList();
    }

    private static void Write(RlpWriter w, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        w.StartList();
        foreach (ReadOnlyMemory<byte> item in items) w.Write(item.Span);
        w.EndList();
    }

    private static TipAnswer? ReadTip(ulong id, ref RlpReader r) =>
        HeaderCodec.TryRead(ref r, out BlockHeader? header) && r.TryReadBytes(SyncLimits.Certificate, out byte[] certificate)
            ? new TipAnswer(id, header!, certificate) : null;

    private static HeadersAnswer? ReadHeaders(ulong id, ref RlpReader r)
    {
        List<BlockHeader> headers = [];
        if (!r.TryReadList(out RlpReader items)) return null;
        while (!items.AtEnd)
        {
            if (headers.Count == SyncLimits.Headers || !HeaderCodec.TryRead(ref items, out BlockHeader? header)) return null;
            headers.Add(header!);
        }

        return new HeadersAnswer(id, headers);
    }

    private static BlocksAnswer? ReadBlocks(ulong id, ref RlpReader r)
    {
        List<CertifiedBlock> blocks = [];
        int transactions = 0;
        if (!r.TryReadList(out RlpReader items)) return null;
        while (!items.AtEnd)
        {
            if (blocks.Count == SyncLimits.Blocks || !items.TryReadList(out RlpReader item) || !item.TryReadRaw(out ReadOnlySpan<byte> encoded)
                || !BlockCodec.TryCountTransactions(encoded, SyncLimits.Transactions - transactions, out int more)
                || !BlockCodec.TryDecode(encoded, out Block? block) || !item.TryReadBytes(SyncLimits.Certificate, out byte[] certificate) || !item.AtEnd)
            {
                return null;
            }

            transactions += more;
            blocks.Add(new CertifiedBlock(block!, certificate));
        }

        return new BlocksAnswer(id, blocks);
    }

    private static EpochsAnswer? ReadEpochs(ulong id, ref RlpReader r)
    {
        List<EpochBoundary> epochs = [];
        if (!r.TryReadList(out RlpReader items)) return null;
        while (!items.AtEnd)
        {
            if (epochs.Count == SyncLimits.Epochs || !items.TryReadList(out RlpReader item) || !item.TryReadUInt64(out ulong epoch)
                || !item.TryReadUInt64(out ulong first) || !item.TryReadUInt64(out ulong last) || first > last
                || !item.TryReadBytes(SyncLimits.Certificate, out byte[] certificate))
            {
                return null;
            }

            EpochOpening? opening = null;
            if (!item.AtEnd)
            {
                if (!item.TryReadBytes(SyncLimits.Payload, out byte[] payload) || !TryReadItems(ref item, out List<ReadOnlyMemory<byte>> receipts) || !item.AtEnd) return null;
                opening = new EpochOpening(payload, receipts);
            }

            epochs.Add(new EpochBoundary(epoch, new EpochSpan(first, last), opening, certificate));
        }

        return new EpochsAnswer(id, epochs);
    }

    private static ReceiptsAnswer? ReadReceipts(ulong id, ref RlpReader r)
    {
        List<IReadOnlyList<ReadOnlyMemory<byte>>> blocks = [];
        if (!r.TryReadList(out RlpReader items)) return null;
        while (!items.AtEnd)
        {
            if (blocks.Count == SyncLimits.Receipts || !TryReadItems(ref items, out List<ReadOnlyMemory<byte>> receipts)) return null;
            blocks.Add(receipts);
        }

        return new ReceiptsAnswer(id, blocks);
    }

    // A receipt has a bloom: with that as the least of each, the message's length bounds how many there are.
    private static bool TryReadItems(ref RlpReader reader, out List<ReadOnlyMemory<byte>> items)
    {
        items = [];
        if (!reader.TryReadList(out RlpReader list)) return false;
        while (!list.AtEnd)
        {
            if (!list.TryReadBytes(out ReadOnlySpan<byte> item) || item.Length < Bloom.Size) return false;
            items.Add(item.ToArray());
        }

        return true;
    }
}
