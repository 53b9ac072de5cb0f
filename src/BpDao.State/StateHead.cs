using System.Buffers.Binary;
using BpDao.Core;
using BpDao.Db;

namespace BpDao.State;

/// <summary>The block whose state the flat tables hold.</summary>
/// <param name="Number">Its number.</param>
/// <param name="BlockHash">Its hash.</param>
/// <param name="Root">Its state root.</param>
/// <param name="Oldest">The earliest block whose state can still be read; from there on every one can.</param>
public sealed record StateHead(ulong Number, Hash256 BlockHash, Hash256 Root, ulong Oldest)
{
    private const int Size = (2 * sizeof(ulong)) + (2 * Hash256.Size);

    private static ReadOnlySpan<byte> Key => "state-head"u8;

    /// <summary>Null before the genesis state is committed.</summary>
    internal static StateHead? Read(IDbReader db)
    {
        Span<byte> value = stackalloc byte[Size];
        int length = db.Get(DbColumn.Metadata, Key, value);
        if (length < 0) return null;
        if (length != Size) throw new StateCorruptException("The head of the state in the database is malformed.");
        return new StateHead(
            BinaryPrimitives.ReadUInt64BigEndian(value),
            new Hash256(value.Slice(2 * sizeof(ulong), Hash256.Size)),
            new Hash256(value[^Hash256.Size..]),
            BinaryPrimitives.ReadUInt64BigEndian(value[sizeof(ulong)..]));
    }

    internal static void Delete(WriteBatch batch) => batch.Delete(DbColumn.Metadata, Key);

    internal void Write(WriteBatch batch)
    {
        Span<byte> value = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(value, Number);
        BinaryPrimitives.WriteUInt64BigEndian(value[sizeof(ulong)..], Oldest);
        BlockHash.Bytes.CopyTo(value[(2 * sizeof(ulong))..]);
        Root.Bytes.CopyTo(value[^Hash256.Size..]);
        batch.Put(DbColumn.Metadata, Key, value);
    }
}
