using BpDao.Core;
using BpDao.Db;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Writes blocks that follow each other behind the back of their execution: in order, and all that have come together while the last
/// write was under way in one synced batch. Only the importer fills it, under its lock.</summary>
/// <remarks>Until its batch is on disk a block is one of the tree's <see cref="BlockTree.Pending"/> and its state is held: the next block finds
/// both in memory. The head moves, and anybody hears of the block, when it is on disk and not before.</remarks>
internal sealed class CommitQueue(BlockTree tree, IDb db, StateStore states, Action<Block> committed)
{
    // What waits is lost when the process dies, is searched by every read of the state, and lies in memory. As much again may be under way to
    // the disk, for which the same holds.
    private const int MostBlocks = 32;
    private const ulong MostGas = 120_000_000;

    private readonly object _lock = new();
    private readonly List<DecidedBlock> _waiting = [];
    private readonly WriteBatch _buffer = new();
    private ulong _waitingGas;
    private bool _writing;
    private Exception? _failure;

    /// <summary>Takes the next block; waits while too much is waiting already.</summary>
    /// <exception cref="DbException">An earlier block could not be written: nothing of what was waiting is on disk.</exception>
    /// <exception cref="InvalidOperationException">Who was told of an earlier block failed. That block is on disk, nothing after its group is.</exception>
    public void Add(DecidedBlock decided)
    {
        lock (_lock)
        {
            while (_failure is null && (_waiting.Count >= MostBlocks || _waitingGas > MostGas)) Monitor.Wait(_lock);
            ThrowOnFailure();
            states.Hold(decided.Executed.State);
            tree.Pending.Add(decided);
            _waiting.Add(decided);
            _waitingGas += decided.Block.Header.GasUsed;
            if (_writing) return;
            _writing = true;
            Task.Run(WriteWaiting);
        }
    }

    /// <summary>Returns when everything that was taken is on disk and announced.</summary>
    /// <exception cref="DbException">It could not be written.</exception>
    /// <exception cref="InvalidOperationException">It was written, and who was told of it failed.</exception>
    public void Drain()
    {
        lock (_lock)
        {
            while (_writing) Monitor.Wait(_lock);
            ThrowOnFailure();
        }
    }

    private void WriteWaiting()
    {
        while (Next() is { } group)
        {
            // A failure is for the importer's thread: it finds it with the next block, or at the latest when it drains.
            BlockHeader finalized = group.LastOrDefault(d => d.IsFinal)?.Block.Header ?? tree.Finalized;
            if (!Try(() => Write(group, finalized), e => new DbException($"Appended blocks could not be written: {e.Message}", e))) continue;
            Try(
                () => Announce(group, finalized),
                e => new InvalidOperationException($"Blocks up to {group[^1].Block.Number} are on disk, but who was told of them failed: {e.Message}", e));
        }
    }

    private bool Try(Action step, Func<Exception, Exception> describe)
    {
        try
        {
            step();
            return true;
        }
        catch (Exception e)
        {
            lock (_lock) _failure = describe(e);
            return false;
        }
    }

    /// <summary>Everything that waits; null, and the writing is over, when that is nothing.</summary>
    private DecidedBlock[]? Next()
    {
        lock (_lock)
        {
            DecidedBlock[]? group = _waiting.Count > 0 && _failure is null ? [.. _waiting] : null;
            _waiting.Clear();
            _waitingGas = 0;
            _writing = group is not null;
            Monitor.PulseAll(_lock);
            return group;
        }
    }

    private void Write(DecidedBlock[] group, BlockHeader finalized)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Commit);
        ChainBatch batch = new(states, _buffer);
        foreach (DecidedBlock decided in group)
        {
            batch.Store(decided);
            batch.PutOn(decided.Executed);
        }

        batch.SetHead(group[^1].Block.Hash);
        if (finalized != tree.Finalized) batch.SetFinalized(finalized.Hash);
        batch.Write(db);
    }

    private void Announce(DecidedBlock[] group, BlockHeader finalized)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Commit);
        foreach (DecidedBlock decided in group)
        {
            states.Release(decided.Executed.State);
            tree.Pending.Remove(decided.Block.Hash);
        }

        IReadOnlyCollection<Address>? changed = group.Length == 1 ? group[0].Executed.Processed.Diff.Accounts.Keys : null;
        tree.Advance(group[^1].Header, finalized, new ChainUpdate([.. group.Select(d => d.AsCommitted)], [], changed));
        foreach (DecidedBlock decided in group) committed(decided.Block);
    }

    private void ThrowOnFailure()
    {
        if (_failure is not null) throw _failure;
    }
}
