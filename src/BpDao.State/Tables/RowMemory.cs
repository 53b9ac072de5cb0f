using System.Collections.Concurrent;
using BpDao.State.Trie;

namespace BpDao.State.Tables;

/// <summary>Accounts and slots of one state that were read once. Executing a block reads what computing its outcome needs again, and
/// <see cref="StatePrefetch"/> reads ahead of both.</summary>
/// <remarks>Safe for several threads.</remarks>
internal sealed class RowMemory
{
    // Several times what a block can read with the gas it has; whatever reads more goes on without memory.
    private const int MostRows = 1 << 18;

    private readonly ConcurrentDictionary<byte[], byte[]?> _accounts = new(ByteStringComparer.Instance);
    private readonly ConcurrentDictionary<byte[], byte[]?> _slots = new(ByteStringComparer.Instance);
    private int _count;

    /// <summary>Only these tables are read twice.</summary>
    public static bool Keeps(StateTable table) => table is StateTable.Accounts or StateTable.Storage;

    /// <summary>True when it is known what the row is; null is no row.</summary>
    public bool TryFind(StateTable table, ReadOnlySpan<byte> key, out byte[]? row) =>
        Rows(table).GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out row);

    public void Add(StateTable table, ReadOnlySpan<byte> key, byte[]? row)
    {
        if (Volatile.Read(ref _count) < MostRows && Rows(table).TryAdd(key.ToArray(), row)) Interlocked.Increment(ref _count);
    }

    private ConcurrentDictionary<byte[], byte[]?> Rows(StateTable table) => table == StateTable.Accounts ? _accounts : _slots;
}
