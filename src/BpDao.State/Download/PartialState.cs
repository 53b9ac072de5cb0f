using BpDao.Core;
using BpDao.Db;
using BpDao.State.Ranges;
using BpDao.State.Tables;

namespace BpDao.State.Download;

/// <summary>A state that is fetched from other nodes piece by piece, in the tables where the head's state will be.</summary>
/// <remarks>
/// <para>What is there is a state of its own at any moment, only not yet the wanted one: every batch leaves rows, trie nodes and a root that fit
/// together, with the fetcher's progress beside them. So nothing has to be mended after a crash, pieces of states of different blocks may
/// lie side by side, and what is wrong is found from the two roots downwards: where nodes are equal, all below is.</para>
/// <para>One writer at a time; reads may be on other threads.</para>
/// </remarks>
public sealed class PartialState
{
    // Rows of the state before that one batch deletes.
    private const int ClearedAtOnce = 20_000;

    private readonly IDb _db;
    private readonly StateCaches _caches;
    private PartialMark _mark;

    private PartialState(IDb db, StateCaches caches, PartialMark mark) => (_db, _caches, _mark) = (db, caches, mark);

    /// <summary>Of what is there.</summary>
    public Hash256 Root => _mark.Root;

    /// <summary>As it was given with the last write; empty at the beginning.</summary>
    public ReadOnlyMemory<byte> Progress => _mark.Progress;

    internal static bool IsUnderWay(IDbReader db) => PartialMark.IsThere(db);

    internal static PartialState Open(IDb db, StateCaches caches)
    {
        PartialMark? mark = PartialMark.Read(db);
        if (mark is null)
        {
            StateHead? head = StateHead.Read(db);
            if (head is { Number: > 0 }) throw new InvalidOperationException($"The state of block {head.Number} is there: blocks follow it, no other state.");
            WriteBatch batch = new();
            StateHead.Delete(batch);
            mark = new PartialMark(false, Account.EmptyTrieRoot, []);
            mark.Put(batch);
            db.Write(batch, sync: true);
        }

        PartialState state = new(db, caches, mark);
        if (!mark.IsCleared) state.Clear();
        return state;
    }

    internal static void Adopt(IDbReader db, WriteBatch batch, ulong number, in Hash256 blockHash, in Hash256 root)
    {
        if (PartialMark.Read(db) is not { IsCleared: true } mark || mark.Root != root)
        {
            throw new InvalidOperationException($"The state {root} of block {number} was not fetched.");
        }

        PartialMark.Delete(batch);
        StateRootIndex.Put(batch, root, number);
        new StateHead(number, blockHash, root, number).Write(batch);
    }

    /// <summary>Writes accounts and slots, the trie nodes over them and the progress, all or nothing.</summary>
    /// <param name="accounts">Each once, in any order. Their code is there, or is written before this returns to anybody.</param>
    /// <param name="progress">What <see cref="Progress"/> is from then on.</param>
    public void Write(IReadOnlyList<FetchedAccount> accounts, ReadOnlySpan<byte> progress)
    {
        WriteBatch batch = new();
        Hash256 root = Root;
        if (accounts.Count > 0)
        {
            using IDbSnapshot snapshot = _db.CreateSnapshot();
            StateChange change = StateCalculator.Compute(
                new StateReader(snapshot, null, [], _caches), root, InTrieOrder(accounts), NoCode, Environment.ProcessorCount);
            for (StateTable table = 0; (int)table < StateTables.Count; table++)
            {
                foreach ((byte[] key, RowChange row) in change.Rows(table))
                {
                    if (row.After is null) batch.Delete(table.Column(), key);
                    else batch.Put(table.Column(), key, row.After);
                }
            }

            root = change.Root;
        }

        PartialMark mark = new(true, root, progress.ToArray());
        mark.Put(batch);
        _db.Write(batch);
        _mark = mark;
    }

    /// <summary>Writes code. Nothing says where it is used, so it may come long before.</summary>
    public void WriteCode(IEnumerable<ReadOnlyMemory<byte>> codes)
    {
        WriteBatch batch = new();
        foreach (ReadOnlyMemory<byte> code in codes) batch.Put(DbColumn.Code, Keccak256.Hash(code.Span).Bytes, code.Span);
        if (batch.Count > 0) _db.Write(batch);
    }

    public bool HasCode(in Hash256 hash) => _db.Contains(DbColumn.Code, hash.Bytes);

    /// <summary>What is there now, to be read beside later writes.</summary>
    public StateRanges OpenRanges()
    {
        IDbSnapshot snapshot = _db.CreateSnapshot();
        PartialMark mark = PartialMark.Read(snapshot)!;
        return new StateRanges(mark.Root, snapshot, new StateReader(snapshot, null, [], _caches));
    }

    private static IReadOnlyDictionary<Hash256, ReadOnlyMemory<byte>> NoCode { get; } = new Dictionary<Hash256, ReadOnlyMemory<byte>>();

    private static ChangedAccount[] InTrieOrder(IReadOnlyList<FetchedAccount> accounts)
    {
        ChangedAccount[] changed = new ChangedAccount[accounts.Count];
        for (int i = 0; i < changed.Length; i++)
        {
            FetchedAccount fetched = accounts[i];
            AccountDiff diff = fetched.Account is not { } account ? new AccountDiff { Exists = false }
                : new AccountDiff { Exists = true, Nonce = account.Nonce, Balance = account.Balance, CodeHash = account.CodeHash };
            changed[i] = new ChangedAccount(diff, fetched.Key) { HashedSlots = fetched.Slots };
        }

        Array.Sort(changed, static (a, b) => a.TrieKey.CompareTo(b.TrieKey));
        return changed;
    }

    /// <summary>Deletes the state before, in steps that may end anywhere.</summary>
    private void Clear()
    {
        ReadOnlySpan<DbColumn> columns =
        [
            DbColumn.Accounts, DbColumn.Storage, DbColumn.AccountNodes, DbColumn.StorageNodes, DbColumn.StateRoots, DbColumn.ReverseDiffs,
            DbColumn.AccountHistory, DbColumn.StorageHistory, DbColumn.AccountNodeHistory, DbColumn.StorageNodeHistory,
        ];
        WriteBatch batch = new();
        foreach (DbColumn column in columns)
        {
            using IDbIterator rows = _db.Iterate(column);
            while (rows.MoveNext())
            {
                batch.Delete(column, rows.Key);
                if (batch.Count < ClearedAtOnce) continue;
                _db.Write(batch);
                batch.Clear();
            }
        }

        PartialMark mark = new(true, Account.EmptyTrieRoot, []);
        mark.Put(batch);
        _db.Write(batch);
        _mark = mark;
    }
}
