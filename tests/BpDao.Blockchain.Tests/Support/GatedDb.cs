using BpDao.Db;
using BpDao.Db.Memory;

namespace BpDao.Blockchain.Tests;

/// <summary>A database whose disk can be stopped, and can fail; it counts its snapshots.</summary>
internal sealed class GatedDb : IDb
{
    private readonly MemoryDb _db = new();
    private readonly ManualResetEventSlim _open = new(true);
    private int _snapshots, _openSnapshots;

    /// <summary>Writes wait while this is so.</summary>
    public bool Stopped
    {
        set
        {
            if (value) _open.Reset();
            else _open.Set();
        }
    }

    public bool Fails { get; set; }

    /// <summary>Of every write, whether it was synced.</summary>
    public List<bool> Writes { get; } = [];

    public void Write(WriteBatch batch, bool sync = false)
    {
        _open.Wait();
        if (Fails) throw new DbException("no space left");
        Writes.Add(sync);
        _db.Write(batch, sync);
    }

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => _db.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => _db.Get(column, key, destination);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => _db.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => _db.Iterate(column, range, backward);

    /// <summary>Made since the start.</summary>
    public int Snapshots => _snapshots;

    /// <summary>Not disposed yet.</summary>
    public int OpenSnapshots => _openSnapshots;

    public IDbSnapshot CreateSnapshot()
    {
        Interlocked.Increment(ref _snapshots);
        Interlocked.Increment(ref _openSnapshots);
        return new CountedSnapshot(_db.CreateSnapshot(), this);
    }

    public void Dispose()
    {
        _open.Dispose();
        _db.Dispose();
    }

    private sealed class CountedSnapshot(IDbSnapshot snapshot, GatedDb db) : IDbSnapshot
    {
        public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => snapshot.Get(column, key);

        public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => snapshot.Get(column, key, destination);

        public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => snapshot.Contains(column, key);

        public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => snapshot.Iterate(column, range, backward);

        public void Dispose()
        {
            Interlocked.Decrement(ref db._openSnapshots);
            snapshot.Dispose();
        }
    }
}
