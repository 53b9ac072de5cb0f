using BpDao.Db;

namespace BpDao.Node.Tests.Validators;

/// <summary>Forgets to sync: what a node would be that trusts the page cache.</summary>
internal sealed class UnsyncedDb(IDb inner) : IDb
{
    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => inner.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => inner.Get(column, key, destination);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => inner.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => inner.Iterate(column, range, backward);

    public IDbSnapshot CreateSnapshot() => inner.CreateSnapshot();

    public void Write(WriteBatch batch, bool sync = false) => inner.Write(batch, sync: false);

    /// <summary>The other one's owner does.</summary>
    public void Dispose()
    {
    }
}
