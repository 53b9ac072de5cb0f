using BpDao.Core;
using BpDao.State.Tables;
using BpDao.State.Trie;

namespace BpDao.State;

/// <summary>Brings the rows of accounts and slots, and the branches on their ways through the tries, into memory.</summary>
internal static class TrieWays
{
    /// <param name="reader">The state.</param>
    /// <param name="root">Its root.</param>
    /// <param name="named">Names accounts and slots; the values in it mean nothing.</param>
    public static void Load(StateReader reader, in Hash256 root, StateDiff named)
    {
        ChangedAccount[] accounts = ChangedAccount.InTrieOrder(named);
        RlpWriter rlp = new(AccountCodec.LongestSlim);
        TrieWrites ways = new(accounts.Length);
        for (int i = 0; i < accounts.Length; i++)
        {
            ChangedAccount account = accounts[i];
            if (reader.Get(StateTable.Accounts, account.Key) is { } slim) account.Before = AccountCodec.ReadSlim(slim);
            ways.Set(i, account.TrieKey, account.Before is { } before ? AccountCodec.Full(rlp, before) : null, []);
        }

        new TrieDescent(new TrieRows(reader, StateTable.AccountNodes)).Load(
            [new TrieUpdate(TrieRows.Accounts(reader, root), ways, 0, ways.Count)]);
        LoadStorage(reader, Array.FindAll(accounts, a => a.Diff.Storage.Count > 0 && a.StorageRoot != Account.EmptyTrieRoot), rlp);
    }

    private static void LoadStorage(StateReader reader, ChangedAccount[] accounts, RlpWriter rlp)
    {
        if (accounts.Length == 0) return;
        ChangedSlots slots = new(accounts);
        TrieUpdate[] updates = new TrieUpdate[accounts.Length];
        for (int i = 0; i < accounts.Length; i++)
        {
            (int from, int count) = slots.Of(i);
            TrieWrites ways = new(count);
            for (int j = 0; j < count; j++)
            {
                byte[]? digits = reader.Get(StateTable.Storage, slots.Keys[from + j]);
                rlp.Clear();
                ways.Set(j, slots.Hashes[from + j], digits is null ? null : rlp.Write(digits).ToArray(), []);
            }

            updates[i] = new TrieUpdate(TrieRows.Storage(reader, accounts[i].TrieKey, accounts[i].StorageRoot), ways, 0, count);
        }

        new TrieDescent(new TrieRows(reader, StateTable.StorageNodes)).Load(updates);
    }
}
