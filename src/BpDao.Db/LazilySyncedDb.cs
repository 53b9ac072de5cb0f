namespace BpDao.Db;

/// <summary>A database in which a synced write is synced only now and then. What a power cut takes is the latest batches, whole ones, so the
/// database is then as it was a moment earlier; the death of the process takes nothing. For work that can be done again, as an import.</summary>
/// <remarks>Disposing syncs and disposes the database itself.</remarks>
public sealed class LazilySyncedDb(IDb inner, int writesPerSync) : IDb
{
    private readonly Lock _lock = new();
    private int _unsynced;

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => inner.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => inner.Get(column, key, destination);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => inner.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => inner.Iterate(column, range, backward);

    public IDbSnapshot CreateSnapshot() => inner.CreateSnapshot();

    public void Write(WriteBatch batch, bool sync = false)
    {
        lock (_lock)
        {
            bool due = sync && _unsynced + 1 >= writesPerSync;
            inner.Write(batch, due);
            _unsynced = due ? 0 : _unsynced + 1;
        }
    }

    /// <summary>Everything written so far is on the medium when this returns.</summary>
    public void Sync()
    {
        lock (_lock)
        {
            if (_unsynced == 0) return;
            inner.Write(new WriteBatch(), sync: true);
            _unsynced = 0;
        }
    }

    public void Dispose()
    {
        Sync();
        inner.Dispose();
    }
}
