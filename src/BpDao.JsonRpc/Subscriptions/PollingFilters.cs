using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>What a polling filter reports.</summary>
internal enum PollingKind : byte
{
    Logs,
    Blocks,
    PendingTransactions,
}

/// <summary>A filter that is asked now and then what is new.</summary>
internal sealed class PollingFilter(PollingKind kind, LogQuery? logs, ulong nextBlock)
{
    private const int MaxPending = 10_000;

    private readonly Queue<Hash256> _pending = [];

    public PollingKind Kind => kind;

    /// <summary>Of a filter for logs.</summary>
    public LogQuery? Logs => logs;

    /// <summary>The first block that was not reported yet.</summary>
    public ulong NextBlock { get; set; } = nextBlock;

    public long LastAsked { get; set; }

    /// <summary>Guards the members of this filter.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Remembers a transaction until the next question; the oldest are forgotten when nobody asks.</summary>
    public void AddPending(Hash256 hash)
    {
        lock (Gate)
        {
            if (_pending.Count == MaxPending) _pending.Dequeue();
            _pending.Enqueue(hash);
        }
    }

    public Hash256[] TakePending()
    {
        Hash256[] taken = [.. _pending];
        _pending.Clear();
        return taken;
    }
}

/// <summary>The polling filters of all clients: few, and gone when nobody asks for them.</summary>
internal sealed class PollingFilters(TimeProvider time, int maxFilters, TimeSpan timeout)
{
    private const int IdBytes = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PollingFilter> _filters = [];

    /// <summary>Null when there are too many.</summary>
    public string? Add(PollingFilter filter)
    {
        // Random, not counted: who knows an id can read and remove the filter.
        string id = NewId();
        lock (_gate)
        {
            RemoveForgotten();
            if (_filters.Count >= maxFilters) return null;
            filter.LastAsked = time.GetTimestamp();
            _filters.Add(id, filter);
            return id;
        }
    }

    public bool TryGet(string id, [NotNullWhen(true)] out PollingFilter? filter)
    {
        lock (_gate)
        {
            RemoveForgotten();
            if (!_filters.TryGetValue(id, out filter)) return false;
            filter.LastAsked = time.GetTimestamp();
            return true;
        }
    }

    public bool Remove(string id)
    {
        lock (_gate) return _filters.Remove(id);
    }

    public void OnPendingTransaction(Transaction tx)
    {
        lock (_gate)
        {
            foreach (PollingFilter filter in _filters.Values)
            {
                if (filter.Kind == PollingKind.PendingTransactions) filter.AddPending(tx.Hash);
            }
        }
    }

    /// <summary>A random quantity.</summary>
    public static string NewId() => "0x" + RandomNumberGenerator.GetHexString(IdBytes * 2, lowercase: true).TrimStart('0').PadLeft(1, '0');

    private void RemoveForgotten()
    {
        foreach (string id in _filters.Where(f => time.GetElapsedTime(f.Value.LastAsked) > timeout).Select(f => f.Key).ToArray()) _filters.Remove(id);
    }
}
