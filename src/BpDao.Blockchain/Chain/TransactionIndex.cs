using System.Buffers.Binary;
using BpDao.Core;
using BpDao.Db;

namespace BpDao.Blockchain;

/// <summary>Where the transactions of the canonical chain are.</summary>
/// <remarks>TransactionIndex: transaction hash → block number:8 ‖ index:4.</remarks>
internal sealed class TransactionIndex(IDbReader db)
{
    private const int Length = sizeof(ulong) + sizeof(int);

    /// <summary>Null when no canonical block has that transaction.</summary>
    public TransactionLocation? Find(in Hash256 txHash)
    {
        Span<byte> place = stackalloc byte[Length];
        int length = db.Get(DbColumn.TransactionIndex, txHash.Bytes, place);
        if (length < 0) return null;
        if (length != Length) throw new ChainCorruptException($"The place of transaction {txHash} is unreadable.");
        return new TransactionLocation(BinaryPrimitives.ReadUInt64BigEndian(place), BinaryPrimitives.ReadInt32BigEndian(place[sizeof(ulong)..]));
    }

    public static void Put(WriteBatch batch, Block block)
    {
        Span<byte> place = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(place, block.Number);
        for (int i = 0; i < block.Transactions.Count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(place[sizeof(ulong)..], i);
            batch.Put(DbColumn.TransactionIndex, block.Transactions[i].Hash.Bytes, place);
        }
    }

    /// <summary>For a block that is canonical no more; before <see cref="Put"/> of those that take its place.</summary>
    public static void Delete(WriteBatch batch, Block block)
    {
        foreach (Transaction tx in block.Transactions) batch.Delete(DbColumn.TransactionIndex, tx.Hash.Bytes);
    }
}

/// <summary>A transaction's place on the canonical chain.</summary>
public readonly record struct TransactionLocation(ulong BlockNumber, int Index);
