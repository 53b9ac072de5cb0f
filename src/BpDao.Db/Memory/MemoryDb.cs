namespace BpDao.Db.Memory;

/// <summary>The database without a disk: the same contract, gone with the process. For tests and throw-away chains.</summary>
public sealed class MemoryDb : IDb
{
    private readonly Lock _writing = new();
    private volatile MemorySnapshot _now;

    public MemoryDb() : this(NewColumns())
    {
        DatabaseFormat.MarkOrRefuse(this);
    }

    private MemoryDb(PersistentMap[] columns) => _now = new MemorySnapshot(columns);

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => _now.Get(column, key);

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => _now.Get(column, key, destination);

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => _now.Contains(column, key);

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => _now.Iterate(column, range, backward);

    public IDbSnapshot CreateSnapshot() => _now.Copy();

    /// <summary>Another database with the present content of this one; from then on each goes its own way. Costs nothing.</summary>
    public MemoryDb Copy() => new(_now.Columns);

    public void Write(WriteBatch batch, bool sync = false)
    {
        lock (_writing) _now = new MemorySnapshot(_now.With(batch));
    }

    public void Dispose() => _now.Dispose();

    private static PersistentMap[] NewColumns()
    {
        PersistentMap[] columns = new PersistentMap[Enum.GetValues<DbColumn>().Length];
        Array.Fill(columns, PersistentMap.Empty);
        return columns;
    }
}
