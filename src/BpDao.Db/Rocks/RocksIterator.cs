using RocksDbSharp;

namespace BpDao.Db.Rocks;

internal sealed class RocksIterator : IDbIterator, INativeHandle
{
    private readonly Iterator _native;
    private readonly ReadOptions _options;
    private readonly OpenHandles _handles;
    private readonly KeyRange _range;
    private readonly DbColumn _column;
    private readonly bool _backward;
    private bool _started;
    private bool _standing;
    private byte[] _buffer = [];

    /// <param name="options">Made for this iterator alone: the bounds are set in it.</param>
    public RocksIterator(
        RocksDb db, ColumnFamilyHandle family, ReadOptions options, OpenHandles handles, DbColumn column, KeyRange range, bool backward)
    {
        (_options, _handles, _column, _range, _backward) = (options, handles, column, range, backward);

        // The bounds spare RocksDB the walk over deleted entries that lie beyond them.
        if (range.From is not null) options.SetIterateLowerBound(range.From);
        if (range.To is not null) options.SetIterateUpperBound(range.To);

        handles.Enter();
        try
        {
            _native = db.NewIterator(family, options);
            handles.Add(this);
        }
        finally
        {
            handles.Leave();
        }
    }

    public ReadOnlySpan<byte> Key => Copy(isKey: true);

    public ReadOnlySpan<byte> Value => Copy(isKey: false);

    public bool MoveNext()
    {
        _handles.Enter();
        try
        {
            if (_started && !_standing) return false;
            if (!_started) Start();
            else if (_backward) _native.Prev();
            else _native.Next();
            _started = true;
            _standing = _native.Valid();
            if (!_standing) Native.Instance.rocksdb_iter_get_error(_native.Handle);
            return _standing;
        }
        catch (RocksDbException error)
        {
            throw new DbException($"Iterating over {_column} failed: {error.Message}", error);
        }
        finally
        {
            _handles.Leave();
        }
    }

    public void Dispose()
    {
        _standing = false;
        _handles.Release(this);
    }

    public void Free()
    {
        _native.Dispose();
        GC.KeepAlive(_options); // the native iterator reads its bounds
    }

    private void Start()
    {
        if (_backward) _native.SeekToLast();
        else _native.SeekToFirst();
    }

    // A copy, so that a span kept too long reads stale bytes and not freed memory.
    private ReadOnlySpan<byte> Copy(bool isKey)
    {
        _handles.Enter();
        try
        {
            if (!_standing) throw new InvalidOperationException("The iterator stands on no entry.");
            ReadOnlySpan<byte> native = isKey ? _native.GetKeySpan() : _native.GetValueSpan();
            if (_buffer.Length < native.Length) _buffer = new byte[Math.Max(native.Length, 64)];
            native.CopyTo(_buffer);
            return _buffer.AsSpan(0, native.Length);
        }
        finally
        {
            _handles.Leave();
        }
    }
}
