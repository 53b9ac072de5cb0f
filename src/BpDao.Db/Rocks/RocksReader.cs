using System.Buffers;
using System.Runtime.InteropServices;
using RocksDbSharp;

namespace BpDao.Db.Rocks;

/// <summary>Reads with given options: of the database as it is, or as a snapshot saw it.</summary>
internal sealed unsafe class RocksReader(RocksDb db, ColumnFamilyHandle[] columns, ReadOptions options, OpenHandles handles)
{
    // Bounds what the stack takes; more at once is not quicker.
    private const int MostAtOnce = 256;

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

    public void Get(DbColumn column, ReadOnlySpan<byte[]> keys, Span<byte[]?> values)
    {
        handles.Enter();
        try
        {
            for (int from = 0; from < keys.Length; from += MostAtOnce)
            {
                int count = Math.Min(keys.Length - from, MostAtOnce);
                GetSome(column, keys.Slice(from, count), values.Slice(from, count));
            }
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

    private void GetSome(DbColumn column, ReadOnlySpan<byte[]> keys, Span<byte[]?> values)
    {
        int length = 0;
        foreach (byte[] key in keys) length += key.Length;
        byte[] joined = ArrayPool<byte>.Shared.Rent(length);
        nint* starts = stackalloc nint[keys.Length];
        nuint* lengths = stackalloc nuint[keys.Length];
        nint* slices = stackalloc nint[keys.Length];
        nint[] errors = new nint[keys.Length];
        fixed (byte* first = joined)
        {
            for (int i = 0, at = 0; i < keys.Length; at += keys[i++].Length)
            {
                keys[i].CopyTo(joined, at);
                (starts[i], lengths[i], slices[i]) = ((nint)(first + at), (nuint)keys[i].Length, 0);
            }

            Native.Instance.rocksdb_batched_multi_get_cf(
                db.Handle, options.Handle, columns[(int)column].Handle, (nuint)keys.Length, (nint)starts, (nint)lengths, (nint)slices, errors, 0);
        }

        ArrayPool<byte>.Shared.Return(joined);
        string? failure = null;
        for (int i = 0; i < keys.Length; i++)
        {
            values[i] = slices[i] == 0 ? null : Value(slices[i]).ToArray();
            if (slices[i] != 0) Native.Instance.rocksdb_pinnableslice_destroy(slices[i]);
            if (errors[i] == 0) continue;
            failure = Marshal.PtrToStringUTF8(errors[i]);
            Native.Instance.rocksdb_free(errors[i]);
        }

        if (failure is not null) throw new DbException($"Reading {column} failed: {failure}");
    }

    private static ReadOnlySpan<byte> Value(nint slice)
    {
        nint start = Native.Instance.rocksdb_pinnableslice_value(slice, out nuint length);
        return new ReadOnlySpan<byte>((void*)start, checked((int)length));
    }
}
