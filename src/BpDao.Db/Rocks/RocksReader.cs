using RocksDbSharp;

namespace BpDao.Db.Rocks;

/// <summary>Reads with given options: of the database as it is, or as a snapshot saw it.</summary>
internal sealed unsafe class RocksReader(RocksDb db, ColumnFamilyHandle[] columns, ReadOptions options, OpenHandles handles)
{
    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key)
    {
        handles.Enter();
        try
        {
            nint slice = Find(column, key);
            if (slice == 0) return null;
            byte[] value = Value(slice).ToArray();
            Native.Instance.rocksdb_pinnableslice_destroy(slice);
            return value;
        }
        finally
        {
            handles.Leave();
        }
    }

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        handles.Enter();
        try
        {
            nint slice = Find(column, key);
            if (slice == 0) return -1;
            ReadOnlySpan<byte> value = Value(slice);
            int length = value.Length;
            value[..Math.Min(length, destination.Length)].CopyTo(destination);
            Native.Instance.rocksdb_pinnableslice_destroy(slice);
            return length;
        }
        finally
        {
            handles.Leave();
        }
    }

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => Get(column, key, default) >= 0;

    /// <summary>The value's handle, to be destroyed by the caller; zero when the key is absent.</summary>
    private nint Find(DbColumn column, ReadOnlySpan<byte> key)
    {
        try
        {
            fixed (byte* start = key)
            {
                return Native.Instance.rocksdb_get_pinned_cf(
                    db.Handle, options.Handle, columns[(int)column].Handle, start, (nuint)key.Length);
            }
        }
        catch (RocksDbException error)
        {
            throw new DbException($"Reading {column} failed: {error.Message}", error);
        }
    }

    private static ReadOnlySpan<byte> Value(nint slice)
    {
        nint start = Native.Instance.rocksdb_pinnableslice_value(slice, out nuint length);
        return new ReadOnlySpan<byte>((void*)start, checked((int)length));
    }
}
