using BpDao.Core;
using BpDao.State.Tables;
using BpDao.State.Trie;

namespace BpDao.State;

/// <summary>Makes a <see cref="StateChange"/> of a <see cref="StateDiff"/>. For one diff only.</summary>
/// <remarks>In steps over all accounts, not account by account: the rows as they are, the storage tries, the account trie. Each step hashes
/// and reads what it needs in batches, and on several threads when it is much. Accounts and slots go in the order of their hashes, so the
/// order of the diff's dictionaries leaves no trace.</remarks>
internal sealed class StateCalculator
{
    private readonly StateReader _reader;
    private readonly Hash256 _root;
    private readonly RowChanges[] _rows = new RowChanges[StateTables.Count];
    private readonly RlpWriter _rlp = new(AccountCodec.LongestSlim);
    private readonly int _threads;

    private StateCalculator(StateReader reader, in Hash256 root, int threads)
    {
        (_reader, _root, _threads) = (reader, root, threads);
        for (int i = 0; i < _rows.Length; i++) _rows[i] = new RowChanges();
    }

    /// <param name="parent">The state that the diff was executed on.</param>
    /// <param name="diff">What changes.</param>
    /// <param name="threads">The most to be used; the outcome is the same for any number.</param>
    public static StateChange Compute(StateView parent, StateDiff diff, int threads) =>
        Compute(parent.Reader, parent.Root, ChangedAccount.InTrieOrder(diff), new Dictionary<Hash256, ReadOnlyMemory<byte>>(diff.Code), threads);

    /// <param name="reader">The rows of the state that is changed.</param>
    /// <param name="parentRoot">Its root.</param>
    /// <param name="accounts">What changes, ascending by the hash of the address.</param>
    /// <param name="code">New code by its hash.</param>
    /// <param name="threads">The most to be used; the outcome is the same for any number.</param>
    public static StateChange Compute(
        StateReader reader, in Hash256 parentRoot, ChangedAccount[] accounts, IReadOnlyDictionary<Hash256, ReadOnlyMemory<byte>> code, int threads)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Roots);
        StateCalculator calculator = new(reader, parentRoot, threads);
        calculator.ReadAccounts(accounts);
        calculator.ClearStorage(accounts);
        calculator.ChangeStorage(accounts);
        Hash256 root = calculator.ChangeAccounts(accounts);
        return new StateChange(parentRoot, root, calculator._rows, code);
    }

    private RowChanges Rows(StateTable table) => _rows[(int)table];

    private void ReadAccounts(ChangedAccount[] accounts)
    {
        byte[]?[] rows = _reader.GetInParallel(StateTable.Accounts, Array.ConvertAll(accounts, a => a.Key), _threads);
        for (int i = 0; i < accounts.Length; i++)
        {
            accounts[i].Row = rows[i];
            if (rows[i] is { } slim) accounts[i].Before = AccountCodec.ReadSlim(slim);
        }
    }

    /// <summary>Takes every row of storage away that does not outlive the change. Costs what that storage is large.</summary>
    private void ClearStorage(ChangedAccount[] accounts)
    {
        foreach (ChangedAccount account in accounts)
        {
            if (account.StorageRoot == Account.EmptyTrieRoot || (account.Diff.Exists && !account.Diff.StorageCleared)) continue;
            foreach (StateTable table in (ReadOnlySpan<StateTable>)[StateTable.Storage, StateTable.StorageNodes])
            {
                foreach (byte[] key in _reader.Keys(table, account.Key)) Rows(table).Add(key, _reader.Get(table, key), null);
            }

            account.StorageRoot = Account.EmptyTrieRoot;
        }
    }

    private void ChangeStorage(ChangedAccount[] accounts)
    {
        ChangedAccount[] changed = Array.FindAll(accounts, a => a.Diff.Exists && a.SlotCount > 0);
        if (changed.Length == 0) return;

        ChangedSlots slots = new(changed);
        byte[]?[] before = _reader.GetInParallel(StateTable.Storage, slots.Keys, _threads);
        TrieUpdate[] updates = new TrieUpdate[changed.Length];
        RowChanges rows = Rows(StateTable.Storage);
        for (int i = 0; i < changed.Length; i++)
        {
            (int from, int count) = slots.Of(i);
            TrieWrites writes = new(count);
            for (int j = from; j < from + count; j++)
            {
                byte[] after = slots.Values[j];
                rows.Add(slots.Keys[j], before[j], after.Length == 0 ? null : after);
                writes.Set(j - from, slots.Hashes[j], before[j] is { } digits ? Rlp(digits) : null, after.Length == 0 ? after : Rlp(after));
            }

            MerkleTrie trie = TrieRows.Storage(_reader, changed[i].TrieKey, changed[i].StorageRoot);
            updates[i] = new TrieUpdate(trie, writes, 0, count);
        }

        Update(StateTable.StorageNodes, updates);
        for (int i = 0; i < changed.Length; i++) changed[i].StorageRoot = updates[i].Trie.RootHash;
    }

    private Hash256 ChangeAccounts(ChangedAccount[] accounts)
    {
        TrieWrites writes = new(accounts.Length);
        for (int i = 0; i < accounts.Length; i++)
        {
            ChangedAccount account = accounts[i];
            byte[]? slim = null;
            byte[] full = [];
            if (account.Diff.Exists)
            {
                Account after = new(account.Diff.Nonce, account.Diff.Balance, account.Diff.CodeHash, account.StorageRoot);
                slim = AccountCodec.Slim(_rlp, after);
                full = AccountCodec.Full(_rlp, after);
            }

            Rows(StateTable.Accounts).Add(account.Key, account.Row, slim);
            writes.Set(i, account.TrieKey, account.Before is { } before ? AccountCodec.Full(_rlp, before) : null, full);
        }

        MerkleTrie trie = TrieRows.Accounts(_reader, _root);
        Update(StateTable.AccountNodes, [new TrieUpdate(trie, writes, 0, writes.Count)]);
        return trie.RootHash;
    }

    private void Update(StateTable table, TrieUpdate[] updates)
    {
        TrieRows nodes = new(_reader, table);
        TrieForest forest = new(nodes, _threads);
        forest.Update(updates);
        RowChanges rows = Rows(table);
        rows.Reserve(forest.Rows.Count);
        foreach (RowWrite row in forest.Rows) rows.Add(row.Key, row.Before, row.After);
    }

    private byte[] Rlp(byte[] digits)
    {
        _rlp.Clear();
        return _rlp.Write(digits).ToArray();
    }
}
