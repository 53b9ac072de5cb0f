using System.Buffers.Binary;
using BpDao.Core;
using BpDao.Db;

namespace BpDao.State.Tables;

/// <summary>Column <see cref="DbColumn.ReverseDiffs"/>: block number to the parent's root and hash and the keys of the rows that the
/// block changed. What the rows were before is in the history columns. The first block of a database has none.</summary>
internal sealed class ReverseDiff
{
    private const int HeaderLength = 2 * Hash256.Size;

    private readonly byte[] _encoded;

    private ReverseDiff(byte[] encoded) => _encoded = encoded;

    public Hash256 ParentRoot => new(_encoded.AsSpan(0, Hash256.Size));

    public Hash256 ParentHash => new(_encoded.AsSpan(Hash256.Size, Hash256.Size));

    /// <summary>The rows, to be walked once.</summary>
    public RowWalk Rows => new(_encoded.AsSpan(HeaderLength));

    public static ReverseDiff? Read(IDbReader db, ulong number) =>
        db.Get(DbColumn.ReverseDiffs, Key(stackalloc byte[sizeof(ulong)], number)) is { } encoded ? new ReverseDiff(encoded) : null;

    public static void Delete(WriteBatch batch, ulong number) =>
        batch.Delete(DbColumn.ReverseDiffs, Key(stackalloc byte[sizeof(ulong)], number));

    private static ReadOnlySpan<byte> Key(Span<byte> key, ulong number)
    {
        BinaryPrimitives.WriteUInt64BigEndian(key, number);
        return key;
    }

    /// <summary>Collects the rows of a block.</summary>
    public sealed class Builder(StateHead parent)
    {
        private readonly MemoryStream _encoded = Start(parent);

        public void Add(StateTable table, ReadOnlySpan<byte> key)
        {
            _encoded.WriteByte((byte)table);
            _encoded.WriteByte((byte)key.Length);
            _encoded.Write(key);
        }

        public void Put(WriteBatch batch, ulong number) => batch.Put(
            DbColumn.ReverseDiffs, Key(stackalloc byte[sizeof(ulong)], number), _encoded.GetBuffer().AsSpan(0, (int)_encoded.Length));

        private static MemoryStream Start(StateHead parent)
        {
            MemoryStream encoded = new();
            encoded.Write(parent.Root.Bytes);
            encoded.Write(parent.BlockHash.Bytes);
            return encoded;
        }
    }

    /// <summary>Goes through the rows.</summary>
    public ref struct RowWalk(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public bool MoveNext(out StateTable table, out ReadOnlySpan<byte> key)
        {
            table = default;
            key = default;
            if (_rest.IsEmpty) return false;
            table = (StateTable)_rest[0];
            key = _rest.Slice(2, _rest[1]);
            _rest = _rest[(2 + key.Length)..];
            return true;
        }
    }
}
