namespace BpDao.Db;

/// <summary>Reads of a database or of a snapshot of it. Safe for many threads; iterators are for one.</summary>
public interface IDbReader
{
    /// <summary>A copy of the value, or null when the key is absent. A value may be empty.</summary>
    byte[]? Get(DbColumn column, ReadOnlySpan<byte> key);

    /// <summary>Copies the value into <paramref name="destination"/> as far as it fits, without allocating.</summary>
    /// <returns>The length of the whole value, or −1 when the key is absent.</returns>
    int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination);

    /// <summary>Copies of several values of one column: cheaper than one by one.</summary>
    /// <param name="column">Where.</param>
    /// <param name="keys">In any order; ascending is quickest.</param>
    /// <param name="values">As many: the value of each key, or null when it is absent.</param>
    void Get(DbColumn column, ReadOnlySpan<byte[]> keys, Span<byte[]?> values)
    {
        for (int i = 0; i < keys.Length; i++) values[i] = Get(column, keys[i]);
    }

    bool Contains(DbColumn column, ReadOnlySpan<byte> key);

    /// <summary>Walks the entries of <paramref name="range"/> in the order of their keys as bytes, or against it.
    /// What is written afterwards is not seen.</summary>
    IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false);
}

/// <summary>A walk over entries; it stands before the first one until <see cref="MoveNext"/>.</summary>
public interface IDbIterator : IDisposable
{
    /// <summary>False when the range is exhausted.</summary>
    bool MoveNext();

    /// <summary>The current key; valid until the next call of any member.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>The current value; valid until the next call of any member.</summary>
    ReadOnlySpan<byte> Value { get; }
}
