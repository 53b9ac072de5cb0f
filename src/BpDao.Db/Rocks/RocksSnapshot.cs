using RocksDbSharp;

namespace BpDao.Db.Rocks;

internal sealed class RocksSnapshot : IDbSnapshot, INativeHandle
{
    private readonly RocksDatabase _database;
    private readonly Snapshot _native;
    private readonly OpenHandles _handles;
    private readonly RocksReader _reader;
    private volatile bool _disposed;

    public RocksSnapshot(RocksDatabase database, RocksDb db, ColumnFamilyHandle[] columns, OpenHandles handles)
    {
        (_database, _handles) = (database, handles);
        handles.Enter();
        try
        {
            _native = db.CreateSnapshot();
            handles.Add(this);
        }
        finally
        {
            handles.Leave();
        }

        _reader = new RocksReader(db, columns, new ReadOptions().SetSnapshot(_native), handles);
    }

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => Reader.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => Reader.Get(column, key, destination);

    public void Get(DbColumn column, ReadOnlySpan<byte[]> keys, Span<byte[]?> values) => Reader.Get(column, keys, values);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => Reader.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _database.Iterate(new ReadOptions().SetSnapshot(_native), column, range, backward);
    }

    public void Dispose()
    {
        _disposed = true;
        _handles.Release(this);
    }

    public void Free() => _native.Dispose();

    private RocksReader Reader
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _reader;
        }
    }
}
