using BpDao.Core;
using BpDao.Db;
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

    public StateReader With(StateChange change) => new(snapshot, asOf, [change, .. overlays], caches);

    /// <summary>The row, or null.</summary>
    public byte[]? Get(StateTable table, ReadOnlySpan<byte> key)
    {
        foreach (StateChange overlay in overlays)
        {
            if (overlay.Rows(table).TryGet(key, out byte[]? row)) return row;
        }

        if (snapshot is null) return null;
        if (asOf is null) return snapshot.Get(table.Column(), key);
        using IDbIterator replaced = ReplacedAfter(asOf.Value, table, key);
        if (!replaced.MoveNext()) return snapshot.Get(table.Column(), key);
        return replaced.Value.IsEmpty ? null : replaced.Value.ToArray();
    }

    /// <summary>Copies the row into <paramref name="destination"/>, which must be long enough for any row of the table.</summary>
    /// <returns>Its length, or −1 when there is none.</returns>
    public int Get(StateTable table, ReadOnlySpan<byte> key, Span<byte> destination)
    {
        if (overlays.Length == 0 && asOf is null) return snapshot is null ? Absent : snapshot.Get(table.Column(), key, destination);

        byte[]? row = Get(table, key);
        if (row is null) return Absent;
        row.CopyTo(destination);
        return row.Length;
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

    /// <summary>The RLP of a trie node, or null.</summary>
    /// <param name="table">One of the node tables.</param>
    /// <param name="key">Where it is.</param>
    /// <param name="hash">What it must be.</param>
    public byte[]? GetNode(StateTable table, ReadOnlySpan<byte> key, in Hash256 hash)
    {
        byte[]? node = caches?.Nodes.Find(hash);
        if (node is not null) return node;
        node = Get(table, key);
        if (node is null) return null;
        if (Keccak256.Hash(node) != hash) throw new StateCorruptException($"The row {Hex.Encode(key)} of {table} is not the node {hash}.");
        caches?.Nodes.Add(hash, node);
        return node;
    }

    /// <summary>Lets a node that was just made be found without the database.</summary>
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
