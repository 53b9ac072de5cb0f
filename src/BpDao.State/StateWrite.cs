using BpDao.Core;
using BpDao.Db;
using BpDao.State.Tables;

namespace BpDao.State;

/// <summary>Moves the committed state within one batch: blocks off, blocks on. The database changes when the batch is written, and
/// nothing in memory depends on it, so a batch that is dropped or lost needs no undoing.</summary>
/// <remarks>Only one may be open at a time, and only its own batch may be written while it is.</remarks>
public sealed class StateWrite
{
    // Catching up with a shorter retention goes in steps, so that no single block pays for it.
    private const int MostPrunedAtOnce = 8;

    private readonly IDbReader _db;
    private readonly WriteBatch _batch;
    private readonly ulong? _retention;
    private bool _committed;

    // The highest block of the database that this write leaves in place: nothing later can be read from it.
    private ulong _onDisk;

    internal StateWrite(IDbReader db, WriteBatch batch, ulong? retention)
    {
        (_db, _batch, _retention) = (db, batch, retention);
        Head = StateHead.Read(db);
        _onDisk = Head?.Number ?? 0;
    }

    /// <summary>The head as it will be when the batch is written.</summary>
    public StateHead? Head { get; private set; }

    /// <summary>Adds a block's change on top of the head; the first one makes the genesis state.</summary>
    /// <exception cref="InvalidOperationException">The change does not start from the head, or the number is not the next: a bug.</exception>
    public void Commit(StateChange change, ulong number, in Hash256 blockHash)
    {
        Hash256 parentRoot = Head?.Root ?? Account.EmptyTrieRoot;
        if (change.ParentRoot != parentRoot || (Head is not null && number != Head.Number + 1))
        {
            throw new InvalidOperationException(
                $"A change from {change.ParentRoot} for block {number} does not follow block {Head?.Number} with state {parentRoot}.");
        }

        ReverseDiff.Builder? undo = Head is null ? null : new ReverseDiff.Builder(Head);
        for (StateTable table = 0; (int)table < StateTables.Count; table++) PutRows(table, change.Rows(table), number, undo);
        foreach ((Hash256 hash, ReadOnlyMemory<byte> code) in change.Code) _batch.Put(DbColumn.Code, hash.Bytes, code.Span);
        undo?.Put(_batch, number);
        StateRootIndex.Put(_batch, change.Root, number);
        Head = new StateHead(number, blockHash, change.Root, Prune(Head?.Oldest ?? number, number));
        Head.Write(_batch);
        _committed = true;
    }

    /// <summary>Takes the head block off; its parent's state is the head again, byte for byte. Code stays: it is named by its hash.</summary>
    /// <exception cref="InvalidOperationException">There is nothing to go back to, or this write has committed already: a bug.</exception>
    public void Revert()
    {
        if (_committed) throw new InvalidOperationException("Blocks are taken off before others are put on.");
        if (Head is null || Head.Number == Head.Oldest) throw new InvalidOperationException($"The state before block {Head?.Number} is not retained.");

        ulong number = Head.Number;
        ReverseDiff undo = ReverseDiff.Read(_db, number) ?? throw new StateCorruptException($"The reverse diff of block {number} is missing.");
        Span<byte> historyKey = stackalloc byte[StateTables.LongestHistoryKey];
        for (ReverseDiff.RowWalk rows = undo.Rows; rows.MoveNext(out StateTable table, out ReadOnlySpan<byte> key);)
        {
            ReadOnlySpan<byte> entry = historyKey[..StateTables.WriteHistoryKey(historyKey, key, number)];
            byte[] before = _db.Get(table.History(), entry)
                ?? throw new StateCorruptException($"A row of {table} from before block {number} is missing.");
            if (before.Length == 0) _batch.Delete(table.Column(), key);
            else _batch.Put(table.Column(), key, before);
            _batch.Delete(table.History(), entry);
        }

        ReverseDiff.Delete(_batch, number);
        StateRootIndex.Delete(_batch, Head.Root, number);
        Head = Head with { Number = number - 1, BlockHash = undo.ParentHash, Root = undo.ParentRoot };
        Head.Write(_batch);
        _onDisk = Head.Number;
    }

    private void PutRows(StateTable table, RowChanges rows, ulong number, ReverseDiff.Builder? undo)
    {
        Span<byte> historyKey = stackalloc byte[StateTables.LongestHistoryKey];
        foreach ((byte[] key, RowChange row) in rows)
        {
            if (row.After is null) _batch.Delete(table.Column(), key);
            else _batch.Put(table.Column(), key, row.After);
            if (undo is null) continue;
            undo.Add(table, key);
            _batch.Put(table.History(), historyKey[..StateTables.WriteHistoryKey(historyKey, key, number)], row.Before);
        }
    }

    /// <summary>Forgets the way back to states beyond the retention and returns the oldest that is left.</summary>
    private ulong Prune(ulong oldest, ulong number)
    {
        Span<byte> historyKey = stackalloc byte[StateTables.LongestHistoryKey];
        for (int i = 0; i < MostPrunedAtOnce && oldest < _onDisk && _retention is { } retention && number - oldest > retention; i++)
        {
            // The state of block n goes with what block n + 1 kept of it.
            ulong next = oldest + 1;
            ReverseDiff undo = ReverseDiff.Read(_db, next) ?? throw new StateCorruptException($"The reverse diff of block {next} is missing.");
            for (ReverseDiff.RowWalk rows = undo.Rows; rows.MoveNext(out StateTable table, out ReadOnlySpan<byte> key);)
            {
                _batch.Delete(table.History(), historyKey[..StateTables.WriteHistoryKey(historyKey, key, next)]);
            }

            ReverseDiff.Delete(_batch, next);
            StateRootIndex.Delete(_batch, undo.ParentRoot, oldest);
            oldest = next;
        }

        return oldest;
    }
}
