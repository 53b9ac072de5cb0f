using BpDao.Db;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>Counts what is handed to a database.</summary>
internal sealed class MeteredDb(IDb db) : IDb
{
    private long _written;

    /// <summary>Keys and values of all writes, in bytes.</summary>
    public long Written => Interlocked.Read(ref _written);

    public void Write(WriteBatch batch, bool sync = false)
    {
        Interlocked.Add(ref _written, batch.Bytes);
        db.Write(batch, sync);
    }

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => db.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => db.Get(column, key, destination);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => db.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => db.Iterate(column, range, backward);

    public IDbSnapshot CreateSnapshot() => db.CreateSnapshot();

    public void Dispose() => db.Dispose();
}
