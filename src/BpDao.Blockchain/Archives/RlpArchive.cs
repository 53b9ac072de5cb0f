using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Blockchain.Archives;

/// <summary>Blocks in RLP one after the other, as geth's <c>import</c> and <c>export</c> have them.</summary>
internal sealed class RlpArchive : BlockArchive
{
    private const int LongestItemHead = 5;

    private readonly Stream _content;
    private readonly long _lastAt;
    private long _at;

    private RlpArchive(Stream content, long lastAt)
        : base(content)
    {
        (_content, _lastAt) = (content, lastAt);
    }

    public override BlockHeader? LastHeader => ReadBlock(_lastAt, out _) is { } block ? HeaderOf(block) : null;

    public override UInt256? FirstTotalDifficulty => null;

    public static bool TryRead(Stream content, [NotNullWhen(true)] out BlockArchive? archive, [NotNullWhen(false)] out string? fault)
    {
        (archive, fault) = (null, null);
        ulong count = 0;
        long last = 0;
        for (long at = 0; at < content.Length; count++)
        {
            if (LengthAt(content, at) is not { } length)
            {
                fault = $"at {at}, after {count} blocks, is no block in RLP";
                return false;
            }

            if (length > content.Length - at)
            {
                fault = $"it is truncated: block {count} at {at} has {length} bytes, {content.Length - at} are there";
                return false;
            }

            (last, at) = (at, at + length);
        }

        RlpArchive whole = new(content, last) { First = 0, Count = count };
        if (whole.ReadBlock(0, out _) is not { } block || HeaderOf(block) is not { } header)
        {
            fault = $"it does not begin with a block{FutureFork(whole.ReadBlock(0, out _))}";
            return false;
        }

        archive = new RlpArchive(content, last) { First = header.Number, Count = count };
        return true;
    }

    /// <summary>The frame was walked on opening.</summary>
    public override bool TryVerify([NotNullWhen(false)] out string? fault)
    {
        fault = null;
        return true;
    }

    public override bool TryReadNext([NotNullWhen(true)] out ArchivedBlock? block, out string? fault)
    {
        (block, fault) = (null, null);
        if (_at >= _content.Length) return false;
        long at = _at;
        byte[]? rlp = ReadBlock(at, out _at);
        if (rlp is null || HeaderOf(rlp) is not { } header)
        {
            fault = $"the block at {at} is none{FutureFork(rlp)}";
            return false;
        }

        block = new ArchivedBlock(header, () => BlockCodec.TryDecode(rlp, out Block? whole) ? whole : null);
        return true;
    }

    private static BlockHeader? HeaderOf(byte[] block)
    {
        RlpReader outer = new(block);
        return outer.TryReadList(out RlpReader fields) && outer.AtEnd && HeaderCodec.TryRead(ref fields, out BlockHeader? header) ? header : null;
    }

    /// <summary>The likeliest reason why a header of sound RLP cannot be read.</summary>
    private static string FutureFork(byte[]? block)
    {
        RlpReader outer = new(block);
        return outer.TryReadList(out RlpReader fields) && HeaderCodec.CountFields(fields) is > HeaderCodec.MostFields and var count
            ? $" that this version knows: its header has {count} fields, Osaka's has {HeaderCodec.MostFields}; it is of a later fork"
            : "";
    }

    private byte[]? ReadBlock(long at, out long end)
    {
        end = at;
        if (LengthAt(_content, at) is not { } length) return null;
        byte[] block = new byte[length];
        _content.Position = at;
        _content.ReadExactly(block);
        end = at + length;
        return block;
    }

    /// <summary>Length of the list that begins there, with its head; null when none does. Blocks are longer than 55 bytes.</summary>
    private static int? LengthAt(Stream content, long at)
    {
        Span<byte> head = stackalloc byte[LongestItemHead];
        content.Position = at;
        int read = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        int bytes = head[0] - 0xf7;
        if (read < head.Length || bytes is < 1 or > 4) return null;
        long length = 0;
        for (int i = 1; i <= bytes; i++) length = (length << 8) | head[i];
        return length > LongestRecord ? null : 1 + bytes + (int)length;
    }
}
