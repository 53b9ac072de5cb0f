using BpDao.State.Trie;

namespace BpDao.State.Tables;

/// <summary>A row before and after a change; null is no row.</summary>
internal readonly record struct RowChange(byte[]? Before, byte[]? After);

/// <summary>The rows of one table that a change touches.</summary>
internal sealed class RowChanges
{
    private readonly Dictionary<byte[], RowChange> _rows = new(ByteStringComparer.Instance);

    public Dictionary<byte[], RowChange>.Enumerator GetEnumerator() => _rows.GetEnumerator();

    /// <summary>True when the change decides about the row; then <paramref name="after"/> is what it leaves.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out byte[]? after)
    {
        bool found = _rows.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out RowChange row);
        after = row.After;
        return found;
    }

    /// <summary>Of several changes to a row the first says what was before, the last what is after.</summary>
    public void Add(byte[] key, byte[]? before, byte[]? after)
    {
        if (_rows.TryGetValue(key, out RowChange earlier)) before = earlier.Before;
        bool same = before is null ? after is null : after is not null && before.AsSpan().SequenceEqual(after);
        if (same) _rows.Remove(key);
        else _rows[key] = new RowChange(before, after);
    }
}
