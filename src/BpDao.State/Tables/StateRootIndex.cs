using System.Buffers.Binary;
using BpDao.Core;
using BpDao.Db;

namespace BpDao.State.Tables;

/// <summary>Column <see cref="DbColumn.StateRoots"/>: root, then block number, to nothing. Several blocks may have one root:
/// it is the same state then, whichever is taken.</summary>
internal static class StateRootIndex
{
    private const int KeyLength = Hash256.Size + sizeof(ulong);

    public static void Put(WriteBatch batch, in Hash256 root, ulong number)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, root, number);
        batch.Put(DbColumn.StateRoots, key, default);
    }

    public static void Delete(WriteBatch batch, in Hash256 root, ulong number)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        WriteKey(key, root, number);
        batch.Delete(DbColumn.StateRoots, key);
    }

    /// <summary>The latest block with that root, or null.</summary>
    public static ulong? Find(IDbReader db, in Hash256 root)
    {
        using IDbIterator blocks = db.Iterate(DbColumn.StateRoots, KeyRange.Prefix(root.Bytes), backward: true);
        return blocks.MoveNext() ? BinaryPrimitives.ReadUInt64BigEndian(blocks.Key[Hash256.Size..]) : null;
    }

    private static void WriteKey(Span<byte> key, in Hash256 root, ulong number)
    {
        root.Bytes.CopyTo(key);
        BinaryPrimitives.WriteUInt64BigEndian(key[Hash256.Size..], number);
    }
}
