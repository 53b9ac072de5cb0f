using System.Runtime.InteropServices;
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
        ref RowChange row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out bool changedBefore);
        if (changedBefore) before = row.Before;
        bool same = before is null ? after is null : after is not null && before.AsSpan().SequenceEqual(after);
        if (same) _rows.Remove(key);
        else row = new RowChange(before, after);
    }

    /// <summary>Makes room for so many more.</summary>
    public void Reserve(int rows) => _rows.EnsureCapacity(_rows.Count + rows);
}
