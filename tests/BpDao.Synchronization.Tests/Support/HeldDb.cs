using BpDao.Db;
using BpDao.Db.Memory;

namespace BpDao.Synchronization.Tests.Support;

/// <summary>A database in memory on a disk that can be slow: one write takes until somebody has looked, or a second where nobody looks before it is done.</summary>
internal sealed class HeldDb : IDb
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly MemoryDb _db = new();
    private readonly ManualResetEventSlim _released = new();
    private int _held;

    public void HoldNextWrite() => Volatile.Write(ref _held, 1);

    public void Release() => _released.Set();

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => _db.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => _db.Get(column, key, destination);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => _db.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => _db.Iterate(column, range, backward);

    public IDbSnapshot CreateSnapshot() => _db.CreateSnapshot();

    public void Write(WriteBatch batch, bool sync = false)
    {
        if (Interlocked.Exchange(ref _held, 0) == 1) _released.Wait(Longest);
        _db.Write(batch, sync);
    }

    public void Dispose()
    {
        _released.Dispose();
        _db.Dispose();
    }
}
