using System.Runtime.InteropServices;
using BpDao.Core;
using BpDao.Db;
using BpDao.State.Ranges;
using BpDao.State.Trie;

namespace BpDao.State.Tables;

/// <summary>The rows of one state: a committed one, with changes that are not committed laid over it.</summary>
/// <param name="snapshot">The database; null is a state without any row.</param>
/// <param name="asOf">The committed block whose state it is; null for the head of the snapshot.</param>
/// <param name="overlays">Changes over it, latest first.</param>
/// <param name="caches">Null for none.</param>
internal sealed class StateReader(IDbSnapshot? snapshot, ulong? asOf, StateChange[] overlays, StateCaches? caches)
{
    private const int Absent = -1;

    // Reading fewer takes less than to wake a thread.
    private const int RowsOfTask = 128;

    private readonly RowMemory _memory = new();

    public StateReader With(StateChange change) => new(snapshot, asOf, [change, .. overlays], caches);

    /// <summary>The row, or null.</summary>
    public byte[]? Get(StateTable table, ReadOnlySpan<byte> key)
    {
        if (TryGetChanged(table, key, out byte[]? row) || snapshot is null) return row;
        if (!RowMemory.Keeps(table)) return Read(snapshot, table, key);
        if (_memory.TryFind(table, key, out row)) return row;
        row = Read(snapshot, table, key);
        _memory.Add(table, key, row);
        return row;
    }

    /// <summary>Copies the row into <paramref name="destination"/>, which must be long enough for any row of the table.</summary>
    /// <returns>Its length, or −1 when there is none.</returns>
    public int Get(StateTable table, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        byte[]? row = Get(table, key);
        if (row is null) return Absent;
        row.CopyTo(destination);
        return row.Length;
    }

    /// <summary>Several rows of a table; null where there is none.</summary>
    public void Get(StateTable table, ReadOnlySpan<byte[]> keys, Span<byte[]?> rows)
    {
        List<byte[]> open = new(keys.Length);
        List<int> places = new(keys.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            if (TryGetChanged(table, keys[i], out rows[i]) || snapshot is null) continue;
            if (RowMemory.Keeps(table) && _memory.TryFind(table, keys[i], out rows[i])) continue;
            open.Add(keys[i]);
            places.Add(i);
        }

        if (open.Count == 0) return;
        byte[]?[] found = new byte[]?[open.Count];
        if (asOf is null) snapshot!.Get(table.Column(), CollectionsMarshal.AsSpan(open), found);
        else found = [.. open.Select(key => Read(snapshot!, table, key))];
        for (int i = 0; i < found.Length; i++) rows[places[i]] = found[i];
    }

    /// <summary>Several rows of a table, read by several threads when they are many; null where there is none.</summary>
    public byte[]?[] GetInParallel(StateTable table, byte[][] keys, int threads)
    {
        byte[]?[] rows = new byte[]?[keys.Length];
        Tasks.Run((keys.Length + RowsOfTask - 1) / RowsOfTask, threads, i =>
        {
            int from = i * RowsOfTask, count = Math.Min(keys.Length - from, RowsOfTask);
            Get(table, keys.AsSpan(from, count), rows.AsSpan(from, count));
        });
        return rows;
    }

    /// <summary>The keys of all rows that begin so.</summary>
    public HashSet<byte[]> Keys(StateTable table, ReadOnlySpan<byte> prefix)
    {
        HashSet<byte[]> keys = new(ByteStringComparer.Instance);
        if (snapshot is not null)
        {
            KeyRange range = KeyRange.Prefix(prefix);
            using (IDbIterator rows = snapshot.Iterate(table.Column(), range))
            {
                while (rows.MoveNext()) keys.Add(rows.Key.ToArray());
            }

            if (asOf is not null) AddReplacedKeys(keys, asOf.Value, table, range);
        }

        for (int i = overlays.Length - 1; i >= 0; i--)
        {
            foreach ((byte[] key, RowChange row) in overlays[i].Rows(table))
            {
                if (!key.AsSpan().StartsWith(prefix)) continue;
                if (row.After is null) keys.Remove(key);
                else keys.Add(key);
            }
        }

        return keys;
    }

    /// <summary>Rows in the order of their keys; null when there are none. Only for a committed state, nothing laid over it, and tables whose
    /// keys have one length.</summary>
    public RowWalk? Walk(StateTable table, KeyRange range) => snapshot is null ? null : new RowWalk(snapshot, asOf, table, range);

    /// <summary>The RLP of a trie node, when it is in memory.</summary>
    public byte[]? FindNode(in Hash256 hash) => caches?.Nodes.Find(hash);

    /// <summary>Lets <see cref="FindNode"/> find a node.</summary>
    public void CacheNode(in Hash256 hash, byte[] node) => caches?.Nodes.Add(hash, node);

    /// <summary>Code by its hash, or null.</summary>
    public ReadOnlyMemory<byte>? FindCode(in Hash256 hash)
    {
        foreach (StateChange overlay in overlays)
        {
            if (overlay.Code.TryGetValue(hash, out ReadOnlyMemory<byte> fresh)) return fresh;
        }

        byte[]? code = caches?.Code.Find(hash);
        if (code is null)
        {
            code = snapshot?.Get(DbColumn.Code, hash.Bytes);
            if (code is null) return null;
            caches?.Code.Add(hash, code);
        }

        return code;
    }

    private byte[]? Read(IDbSnapshot from, StateTable table, ReadOnlySpan<byte> key)
    {
        if (asOf is null) return from.Get(table.Column(), key);
        using IDbIterator replaced = ReplacedAfter(asOf.Value, table, key);
        if (!replaced.MoveNext()) return from.Get(table.Column(), key);
        return replaced.Value.IsEmpty ? null : replaced.Value.ToArray();
    }

    private bool TryGetChanged(StateTable table, ReadOnlySpan<byte> key, out byte[]? row)
    {
        row = null;
        foreach (StateChange overlay in overlays)
        {
            if (overlay.Rows(table).TryGet(key, out row)) return true;
        }

        return false;
    }

    private void AddReplacedKeys(HashSet<byte[]> keys, ulong number, StateTable table, KeyRange range)
    {
        using IDbIterator entries = snapshot!.Iterate(table.History(), range);
        while (entries.MoveNext())
        {
            byte[] key = StateTables.ReadHistoryKey(entries.Key, out ulong replacedBy).ToArray();
            if (replacedBy <= number || !range.Contains(key)) continue;
            if (Get(table, key) is null) keys.Remove(key);
            else keys.Add(key);
        }
    }

    /// <summary>Stands before the history entry that decides about the row, if any does.</summary>
    private IDbIterator ReplacedAfter(ulong number, StateTable table, ReadOnlySpan<byte> key)
    {
        Span<byte> from = stackalloc byte[StateTables.LongestHistoryKey];
        int length = StateTables.WriteHistoryKey(from, key, number + 1);
        return snapshot!.Iterate(table.History(), KeyRange.PrefixFrom(from[..length], key.Length + 1));
    }
}
