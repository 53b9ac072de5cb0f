using System.Buffers.Binary;

namespace BpDao.Blockchain.Archives;

/// <summary>The record types of era1 files, as little-endian numbers (eth-clients/e2store-format-specs, formats/era1.md).</summary>
internal enum E2StoreType : ushort
{
    Header = 0x03,
    Body = 0x04,
    Receipts = 0x05,
    TotalDifficulty = 0x06,
    Accumulator = 0x07,
    Version = 0x3265,
    BlockIndex = 0x3266,
}

/// <summary>The head of one e2store record: type:2 ‖ length of the data that follows:4 ‖ zero:2, little-endian.</summary>
internal readonly record struct E2StoreRecord(E2StoreType Type, uint Length)
{
    public const int HeadLength = 8;

    /// <summary>A file begins with this record, which has no data.</summary>
    public static E2StoreRecord Version => new(E2StoreType.Version, 0);

    /// <summary>False when the reserved bytes are not zero.</summary>
    public static bool TryRead(ReadOnlySpan<byte> head, out E2StoreRecord record)
    {
        record = new((E2StoreType)BinaryPrimitives.ReadUInt16LittleEndian(head), BinaryPrimitives.ReadUInt32LittleEndian(head[2..]));
        return head[6] == 0 && head[7] == 0;
    }

    public void Write(Span<byte> head)
    {
        head[..HeadLength].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)Type);
        BinaryPrimitives.WriteUInt32LittleEndian(head[2..], Length);
    }
}
