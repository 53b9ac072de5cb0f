namespace BpDao.Db.Memory;

/// <summary>All columns at one moment.</summary>
internal sealed class MemorySnapshot(PersistentMap[] columns) : IDbSnapshot
{
    private bool _disposed;

    /// <summary>One map for each column; never changed.</summary>
    public PersistentMap[] Columns
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return columns;
        }
    }

    public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => Map(column).Find(key)?.AsSpan().ToArray();

    public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        byte[]? value = Map(column).Find(key);
        if (value is null) return -1;
        value.AsSpan(0, Math.Min(value.Length, destination.Length)).CopyTo(destination);
        return value.Length;
    }

    public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => Map(column).Find(key) is not null;

    public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) =>
        new Iterator(Map(column).Walk(range, backward));

    public void Dispose() => _disposed = true;

    public PersistentMap[] With(WriteBatch batch)
    {
        PersistentMap[] next = (PersistentMap[])Columns.Clone();
        foreach (WriteBatch.Entry entry in batch)
        {
            ref PersistentMap map = ref next[(int)entry.Column];
            map = entry.IsDeletion ? map.Without(entry.Key) : map.With(entry.Key.ToArray(), entry.Value.ToArray());
        }

        return next;
    }

    public MemorySnapshot Copy() => new(Columns);

    private PersistentMap Map(DbColumn column) => Columns[(int)column];

    private sealed class Iterator(PersistentMap.Cursor cursor) : IDbIterator
    {
        public ReadOnlySpan<byte> Key => Current.Key;

        public ReadOnlySpan<byte> Value => Current.Value;

        private PersistentMap.Node Current =>
            cursor.Current ?? throw new InvalidOperationException("The iterator stands on no entry.");

        public bool MoveNext() => cursor.MoveNext();

        public void Dispose()
        {
        }
    }
}
