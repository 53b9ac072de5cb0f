using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Blockchain.Archives;

/// <summary>An era1 file: <c>version, (header, body, receipts, total difficulty)*, other*, accumulator, index</c>
/// (eth-clients/e2store-format-specs, formats/era1.md). The index holds the first number, for each block its offset from the index's own
/// beginning, and the count, each eight bytes.</summary>
internal sealed class Era1Archive : BlockArchive
{
    private const int WordLength = sizeof(ulong);

    private readonly Stream _content;
    private readonly long _indexAt;
    private readonly long[] _offsets;
    private int _next;

    private Era1Archive(Stream content, long indexAt, long[] offsets)
        : base(content)
    {
        (_content, _indexAt, _offsets) = (content, indexAt, offsets);
    }

    public override BlockHeader? LastHeader => HeaderAt(_offsets.Length - 1, out _);

    public override UInt256? FirstTotalDifficulty => DifficultyAt(0);

    public static bool TryRead(Stream content, [NotNullWhen(true)] out BlockArchive? archive, [NotNullWhen(false)] out string? fault)
    {
        archive = null;
        Span<byte> word = stackalloc byte[WordLength];
        ulong count = TryReadAt(content, content.Length - WordLength, word) ? BinaryPrimitives.ReadUInt64LittleEndian(word) : 0;
        if (count is 0 or > EraAccumulator.Capacity)
        {
            fault = "it does not end with an index: it is truncated or no era1 archive";
            return false;
        }

        long indexLength = (long)(count + 2) * WordLength, indexAt = content.Length - indexLength - E2StoreRecord.HeadLength;
        Span<byte> head = stackalloc byte[E2StoreRecord.HeadLength];
        if (indexAt < 0 || !TryReadAt(content, indexAt, head) || !E2StoreRecord.TryRead(head, out E2StoreRecord record)
            || record != new E2StoreRecord(E2StoreType.BlockIndex, (uint)indexLength))
        {
            fault = $"its index of {count} blocks is not where its length puts it: it is truncated or damaged";
            return false;
        }

        byte[] index = new byte[indexLength];
        content.ReadExactly(index);
        long[] offsets = new long[count];
        for (int i = 0; i < offsets.Length; i++)
        {
            long relative = BinaryPrimitives.ReadInt64LittleEndian(index.AsSpan((i + 1) * WordLength));
            offsets[i] = indexAt + relative;
            if (relative < -indexAt || relative >= 0 || offsets[i] < E2StoreRecord.HeadLength || (i > 0 && offsets[i] <= offsets[i - 1]))
            {
                fault = $"its index puts block {i} of {count} at {offsets[i]}, where none can be";
                return false;
            }
        }

        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(index);
        if (first > ulong.MaxValue - count)
        {
            fault = $"its index begins with block number {first}";
            return false;
        }

        archive = new Era1Archive(content, indexAt, offsets) { First = first, Count = count };
        fault = null;
        return true;
    }

    public override bool TryVerify([NotNullWhen(false)] out string? fault)
    {
        EraAccumulator accumulator = new();
        BlockHeader? parent = null;
        UInt256 total = default;
        for (int i = 0; i < _offsets.Length; i++)
        {
            ulong number = First + (ulong)i;
            long end = _offsets[i];
            foreach (E2StoreType type in (ReadOnlySpan<E2StoreType>)[E2StoreType.Header, E2StoreType.Body, E2StoreType.Receipts, E2StoreType.TotalDifficulty])
            {
                if (!TryReadHead(end, type, out E2StoreRecord record)) return Damaged($"block {number}: at {end} is no {type} record", out fault);
                end += E2StoreRecord.HeadLength + record.Length;
            }

            if (i + 1 < _offsets.Length && end != _offsets[i + 1]) return Damaged($"block {number} ends at {end}, the next begins at {_offsets[i + 1]}", out fault);
            if (HeaderAt(i, out _) is not { } header) return Damaged($"block {number}: its header is unreadable", out fault);
            if (header.Number != number) return Damaged($"block {number}: its header says number {header.Number}", out fault);
            if (parent is not null && header.ParentHash != parent.Hash) return Damaged($"block {number}: its parent is {header.ParentHash}, not {parent.Hash}", out fault);
            if (DifficultyAt(i) is not { } difficulty) return Damaged($"block {number}: its total difficulty is unreadable", out fault);
            if (i > 0 || number == 0)
            {
                UInt256 expected = total + header.Difficulty;
                if (difficulty != expected) return Damaged($"block {number}: its total difficulty is {difficulty}, the sum is {expected}", out fault);
            }

            (parent, total) = (header, difficulty);
            accumulator.Add(header.Hash, difficulty);
        }

        return TryVerifyTail(accumulator.Root(), out fault);
    }

    public override bool TryReadNext([NotNullWhen(true)] out ArchivedBlock? block, out string? fault)
    {
        (block, fault) = (null, null);
        if (_next == _offsets.Length) return false;
        ulong number = First + (ulong)_next;
        BlockHeader? header = HeaderAt(_next++, out long end);
        byte[]? framed = header is null ? null : ReadRecord(end, E2StoreType.Body, out _);
        if (framed is null)
        {
            fault = $"block {number} is unreadable";
            return false;
        }

        block = new ArchivedBlock(header!, () => SnappyFrames.TryDecode(framed, LongestRecord, out byte[] rlp)
            && BlockCodec.TryDecodeBody(rlp, out BlockBody? body) ? new Block(header!, body!) : null);
        return true;
    }

    /// <summary>From the last block to the index: records that this reader need not know, then the accumulator.</summary>
    private bool TryVerifyTail(in Hash256 root, [NotNullWhen(false)] out string? fault)
    {
        byte[]? accumulator = null;
        Span<byte> head = stackalloc byte[E2StoreRecord.HeadLength];
        for (long at = EndOf(_offsets.Length - 1); at != _indexAt;)
        {
            if (accumulator is not null || at > _indexAt - E2StoreRecord.HeadLength || !TryReadAt(_content, at, head) || !E2StoreRecord.TryRead(head, out E2StoreRecord record))
            {
                return Damaged($"at {at} is no record", out fault);
            }

            if (record.Type == E2StoreType.Accumulator) accumulator = ReadRecord(at, E2StoreType.Accumulator, out _);
            at += E2StoreRecord.HeadLength + record.Length;
        }

        if (accumulator is not { Length: Hash256.Size }) return Damaged("it has no accumulator", out fault);
        if (new Hash256(accumulator) != root) return Damaged($"its accumulator is {new Hash256(accumulator)}, its blocks give {root}", out fault);
        fault = null;
        return true;
    }

    private long EndOf(int index)
    {
        long at = _offsets[index];
        foreach (E2StoreType type in (ReadOnlySpan<E2StoreType>)[E2StoreType.Header, E2StoreType.Body, E2StoreType.Receipts, E2StoreType.TotalDifficulty])
        {
            if (TryReadHead(at, type, out E2StoreRecord record)) at += E2StoreRecord.HeadLength + record.Length;
        }

        return at;
    }

    private BlockHeader? HeaderAt(int index, out long end) =>
        ReadRecord(_offsets[index], E2StoreType.Header, out end) is { } framed && SnappyFrames.TryDecode(framed, LongestRecord, out byte[] rlp) ? ReadHeader(rlp) : null;

    private UInt256? DifficultyAt(int index)
    {
        byte[]? word = ReadRecord(EndOf(index) - E2StoreRecord.HeadLength - Hash256.Size, E2StoreType.TotalDifficulty, out _);
        return word is { Length: Hash256.Size } ? EraAccumulator.ReadLittleEndian(word) : null;
    }

    private byte[]? ReadRecord(long at, E2StoreType type, out long end)
    {
        end = at;
        if (!TryReadHead(at, type, out E2StoreRecord record)) return null;
        byte[] data = new byte[record.Length];
        if (!TryReadAt(_content, at + E2StoreRecord.HeadLength, data)) return null;
        end = at + E2StoreRecord.HeadLength + data.Length;
        return data;
    }

    /// <summary>The head of a record of that type, which lies before the index as a whole.</summary>
    private bool TryReadHead(long at, E2StoreType type, out E2StoreRecord record)
    {
        Span<byte> head = stackalloc byte[E2StoreRecord.HeadLength];
        record = default;
        return TryReadAt(_content, at, head) && E2StoreRecord.TryRead(head, out record) && record.Type == type && record.Length <= LongestRecord
            && at + E2StoreRecord.HeadLength + record.Length <= _indexAt;
    }

    private static bool TryReadAt(Stream content, long at, Span<byte> destination)
    {
        if (at < 0 || at > content.Length - destination.Length) return false;
        content.Position = at;
        content.ReadExactly(destination);
        return true;
    }

    private static bool Damaged(string what, out string fault)
    {
        fault = what;
        return false;
    }
}
