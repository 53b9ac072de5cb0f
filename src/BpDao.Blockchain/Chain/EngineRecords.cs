using BpDao.Consensus;
using BpDao.Db;

namespace BpDao.Blockchain;

/// <summary>The engine's own column.</summary>
public sealed class EngineRecords(IDbReader db) : IEngineRecords
{
    private const DbColumn Column = DbColumn.Epochs;

    public byte[]? Get(ReadOnlySpan<byte> key) => db.Get(Column, key);

    internal static void Put(WriteBatch batch, IReadOnlyList<EngineRecord> records)
    {
        foreach (EngineRecord record in records) batch.Put(Column, record.Key.Span, record.Value.Span);
    }
}
