using System.Collections.Concurrent;
using BpDao.Core;
using BpDao.Db;

namespace BpDao.State;

/// <summary>Reads ahead, on other threads, what an execution on a view will ask for and what the root of its outcome will need: the rows of
/// accounts and slots, and the trie nodes on their way.</summary>
/// <remarks>Only hints: a wrong or missing one costs time and changes nothing. Hints may come from any thread. Dispose it before the
/// view: disposing forgets the hints that were not taken up yet and waits for those that were.</remarks>
public sealed class StatePrefetch(StateView view, int threads) : IDisposable
{
    // The nodes of so many ways are asked for together.
    private const int MostAtOnce = 64;

    private readonly ConcurrentQueue<(Address Address, UInt256? Slot)> _hints = new();
    private readonly ConcurrentDictionary<(Address Address, UInt256? Slot), byte> _seen = new();
    private readonly object _lock = new();
    private int _queued, _working;
    private bool _disposed;

    /// <summary>An account will be read, and probably changed.</summary>
    public void Account(in Address address) => Hint(address, null);

    /// <summary>A slot will be read, and probably changed.</summary>
    public void Slot(in Address address, in UInt256 slot) => Hint(address, slot);

    /// <summary>Returns when every hint so far is done.</summary>
    public void Wait()
    {
        lock (_lock)
        {
            while (_queued + _working > 0) Monitor.Wait(_lock);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _hints.Clear();
            // Not for those that a busy thread pool has yet to start: they will find that they came too late.
            while (_working > 0) Monitor.Wait(_lock);
        }
    }

    private void Hint(in Address address, UInt256? slot)
    {
        if (!_seen.TryAdd((address, slot), 0)) return;
        _hints.Enqueue((address, slot));
        lock (_lock)
        {
            if (_disposed || _queued + _working >= threads) return;
            _queued++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static prefetch => prefetch.Work(), this, preferLocal: false);
    }

    private void Work()
    {
        lock (_lock)
        {
            _queued--;
            if (_disposed) return;
            _working++;
        }

        using WorkScope work = WorkClock.Begin(WorkKind.Judge);
        List<(Address Address, UInt256? Slot)> taken = new(MostAtOnce);
        while (true)
        {
            taken.Clear();
            while (taken.Count < MostAtOnce && _hints.TryDequeue(out (Address Address, UInt256? Slot) hint)) taken.Add(hint);
            if (taken.Count > 0)
            {
                Load(taken);
                continue;
            }

            lock (_lock)
            {
                // Whoever adds a hint does so before it looks at the number of workers under this lock: none is left lying.
                if (!_hints.IsEmpty && !_disposed) continue;
                _working--;
                Monitor.PulseAll(_lock);
                return;
            }
        }
    }

    private void Load(List<(Address Address, UInt256? Slot)> hints)
    {
        try
        {
            StateDiff diff = new();
            foreach ((Address address, UInt256? slot) in hints)
            {
                if (!diff.Accounts.TryGetValue(address, out AccountDiff? account)) diff.Accounts[address] = account = new AccountDiff { Exists = true };
                if (slot is { } number) account.Storage[number] = UInt256.Zero;
            }

            TrieWays.Load(view.Reader, view.Root, diff);
        }
        catch (Exception error) when (error is DbException or StateCorruptException or ObjectDisposedException)
        {
            // Whoever needs the row meets the same error, and can do something about it.
        }
    }
}
