using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Blockchain.Archives;

/// <summary>A file of consecutive blocks, oldest first: era1, or blocks in RLP one after the other. Read once from the beginning. Not for
/// several threads.</summary>
/// <remarks>Faults of the file are clauses for the operator: they say where in the file and what, not which file.</remarks>
public abstract class BlockArchive : IDisposable
{
    /// <summary>No record of a block is longer, compressed or not: what claims to be is damage.</summary>
    protected const int LongestRecord = 64 << 20;

    private readonly Stream _content;

    private protected BlockArchive(Stream content) => _content = content;

    /// <summary>Number of the first block.</summary>
    public required ulong First { get; init; }

    /// <summary>At least one.</summary>
    public required ulong Count { get; init; }

    public ulong Last => First + Count - 1;

    /// <summary>The last block's header; null when it is unreadable.</summary>
    public abstract BlockHeader? LastHeader { get; }

    /// <summary>The difficulty summed up to and with the first block; null where the format does not tell.</summary>
    public abstract UInt256? FirstTotalDifficulty { get; }

    /// <summary>Tells the format by the content and checks the frame: that the file is whole.</summary>
    /// <param name="content">Seekable; the archive owns it when there is one.</param>
    /// <param name="fault">Why it is none.</param>
    public static bool TryOpen(Stream content, [NotNullWhen(true)] out BlockArchive? archive, [NotNullWhen(false)] out string? fault)
    {
        Span<byte> head = stackalloc byte[E2StoreRecord.HeadLength];
        int length = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        content.Position = 0;
        archive = null;
        if (length == 0)
        {
            fault = "it is empty";
            return false;
        }

        if (length == head.Length && E2StoreRecord.TryRead(head, out E2StoreRecord record) && record == E2StoreRecord.Version)
        {
            return Era1Archive.TryRead(content, out archive, out fault);
        }

        if (head[0] > 0xf7) return RlpArchive.TryRead(content, out archive, out fault);
        fault = $"it is neither an era1 archive nor blocks in RLP: it begins with {Hex.Encode(head[..length])}";
        return false;
    }

    /// <summary>Checks all that can be told without the chain: every record's place, and for era1 how the headers hang together, the
    /// difficulties and the accumulator.</summary>
    public abstract bool TryVerify([NotNullWhen(false)] out string? fault);

    /// <summary>The next block.</summary>
    /// <returns>False at the end, and on a fault.</returns>
    public abstract bool TryReadNext([NotNullWhen(true)] out ArchivedBlock? block, out string? fault);

    public void Dispose()
    {
        _content.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static BlockHeader? ReadHeader(ReadOnlySpan<byte> rlp)
    {
        RlpReader reader = new(rlp);
        return HeaderCodec.TryRead(ref reader, out BlockHeader? header) && reader.AtEnd ? header : null;
    }
}
