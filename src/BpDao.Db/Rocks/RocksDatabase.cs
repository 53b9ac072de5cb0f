using RocksDbSharp;
using NativeBatch = RocksDbSharp.WriteBatch;

namespace BpDao.Db.Rocks;

/// <summary>The database in a directory, by RocksDB. One process at a time.</summary>
/// <remarks>Disposing waits for calls under way and ends open snapshots and iterators; later use of any of them is
/// an <see cref="ObjectDisposedException"/>.</remarks>
public sealed class RocksDatabase : IDb
{
    private readonly RocksDb _db;
    private readonly ColumnFamilyHandle[] _columns;
    private readonly OpenHandles _handles = new();
    private readonly RocksReader _reader;
    private readonly WriteOptions _buffered = new WriteOptions().SetSync(false);
    private readonly WriteOptions _synced = new WriteOptions().SetSync(true);

    private RocksDatabase(RocksDb db)
    {
        _db = db;
        _columns = Array.ConvertAll(Enum.GetNames<DbColumn>(), db.GetColumnFamily);
        _reader = new RocksReader(db, _columns, new ReadOptions(), _handles);
    }

    /// <summary>Opens the database in a directory, or creates both.</summary>
    /// <exception cref="DbOpenException">Not usable: no access, no directory, in use by another process, of another
    /// format, or corrupt.</exception>
    public static RocksDatabase Open(string directory, RocksOptions options)
    {
        RocksDatabase database = new(RocksOpening.Open(directory, options));
        string? refusal = DatabaseFormat.MarkOrRefuse(database);
        if (refusal is null) return database;
        database.Dispose();
        throw new DbOpenException($"Cannot use the database in '{directory}': {refusal}.");
    }

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => _reader.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => _reader.Get(column, key, destination);

    public void Get(DbColumn column, ReadOnlySpan<byte[]> keys, Span<byte[]?> values) => _reader.Get(column, keys, values);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => _reader.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) =>
        Iterate(new ReadOptions(), column, range, backward);

    public IDbSnapshot CreateSnapshot() => new RocksSnapshot(this, _db, _columns, _handles);

    public void Write(WriteBatch batch, bool sync = false)
    {
        _handles.Enter();
        try
        {
            using NativeBatch native = new();
            foreach (WriteBatch.Entry entry in batch)
            {
                ColumnFamilyHandle column = _columns[(int)entry.Column];
                if (entry.IsDeletion) native.Delete(entry.Key, column);
                else native.Put(entry.Key, entry.Value, column);
            }

            _db.Write(native, sync ? _synced : _buffered);
        }
        catch (RocksDbException error)
        {
            throw new DbException($"Writing to the database failed: {error.Message}", error);
        }
        finally
        {
            _handles.Leave();
        }
    }

    public void Dispose() => _handles.Close(_db.Dispose);

    internal RocksIterator Iterate(ReadOptions options, DbColumn column, KeyRange range, bool backward) =>
        new(_db, _columns[(int)column], options, _handles, column, range, backward);
}
