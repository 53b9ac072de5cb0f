using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests;

public sealed class StateStoreTests
{
    private static readonly Address Alice = StateModel.Addresses[0];
    private static readonly Address Bob = StateModel.Addresses[1];

    [Fact]
    public void Before_genesis_there_is_only_the_empty_state()
    {
        using MemoryDb db = new();
        StateStore store = new(db, StateOptions.Default);

        Assert.Null(store.Head);
        using StateView? empty = store.OpenView(Account.EmptyTrieRoot);
        Assert.NotNull(empty);
        Assert.False(empty.TryGetAccount(Alice, out _));
        Assert.Null(store.OpenView(Keccak256.Hash([1])));
    }

    [Fact]
    public void Computing_writes_nothing()
    {
        using MemoryDb db = new();
        string[] before = StateChain.Dump(db, Enum.GetValues<DbColumn>());
        StateStore store = new(db, StateOptions.Default);
        StateChange change = store.Compute(Account.EmptyTrieRoot, Diff((Alice, Rich(storage: (1, 1)))));
        store.Hold(change);

        Assert.Equal(before, StateChain.Dump(db, Enum.GetValues<DbColumn>()));
    }

    [Fact]
    public void The_order_of_a_diff_means_nothing()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        chain.Append(Diff((Bob, Rich(storage: (5, 5)))));
        StateModel.Diffs.Sample(
            diff =>
            {
                StateDiff backwards = new();
                foreach ((Address address, AccountDiff account) in diff.Accounts.Reverse())
                {
                    backwards.Accounts[address] = new AccountDiff
                    {
                        Exists = account.Exists, Nonce = account.Nonce, Balance = account.Balance, CodeHash = account.CodeHash,
                        StorageCleared = account.StorageCleared, Storage = new(account.Storage.Reverse()),
                    };
                }

                Hash256 root = chain.Head.Root();
                Assert.Equal(chain.Store.Compute(root, diff).Root, chain.Store.Compute(root, backwards).Root);
            },
            iter: 100);
    }

    [Fact]
    public void Removing_the_last_slot_leaves_the_empty_storage_root()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        chain.Append(Diff((Alice, Rich(storage: (1, 7)))));
        chain.Append(Diff((Alice, Rich(storage: (1, 0)))));

        using StateView view = chain.Store.OpenView(chain.Head.Root())!;
        Assert.True(view.TryGetAccount(Alice, out Account account));
        Assert.Equal(Account.EmptyTrieRoot, account.StorageRoot);
        Assert.Empty(StateChain.Dump(db, DbColumn.Storage, DbColumn.StorageNodes));
    }

    [Fact]
    public void An_account_destroyed_and_created_anew_in_one_block_keeps_no_old_slot()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        chain.Append(Diff((Alice, Rich(storage: [(1, 1), (2, 2)])), (Bob, Rich(storage: (1, 9)))));
        chain.Append(Diff((Alice, Rich(cleared: true, storage: [(2, 3), (4, 4)]))));

        using StateView view = chain.Store.OpenView(chain.Head.Root())!;
        Assert.Equal(UInt256.Zero, view.GetStorage(Alice, 1));
        Assert.Equal((UInt256)3, view.GetStorage(Alice, 2));
        Assert.Equal((UInt256)4, view.GetStorage(Alice, 4));
        Assert.Equal((UInt256)9, view.GetStorage(Bob, 1));
    }

    [Fact]
    public void Code_is_found_by_its_hash_in_committed_and_held_states()
    {
        using MemoryDb db = new();
        StateStore store = new(db, StateOptions.Default);
        StateDiff diff = new();
        GenesisDiff.Add(diff, Alice, 1, 0, new byte[] { 0xfe }, new Dictionary<UInt256, UInt256>());
        StateChange change = store.Compute(Account.EmptyTrieRoot, diff);
        store.Hold(change);

        using (StateView held = store.OpenView(change.Root)!) AssertCode(held);
        WriteBatch batch = new();
        store.Commit(batch, change, 0, Hash256.Zero);
        db.Write(batch);
        store.Release(change);
        using StateView committed = store.OpenView(change.Root)!;
        AssertCode(committed);
        Assert.True(committed.GetCode(Account.EmptyCodeHash).IsEmpty);
        Assert.Throws<StateCorruptException>(() => committed.GetCode(Hash256.Zero));

        static void AssertCode(StateView view)
        {
            Assert.True(view.TryGetAccount(Alice, out Account account));
            Assert.Equal([0xfe], view.GetCode(account.CodeHash).ToArray());
        }
    }

    [Fact]
    public void A_change_that_does_not_follow_the_head_is_refused()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        chain.Append(Diff((Alice, Rich())));
        StateChange sideways = chain.Store.Compute(chain.Head.Root(), Diff((Bob, Rich())));
        chain.Append(Diff((Alice, Rich(balance: 2))));
        StateChange next = chain.Store.Compute(chain.Head.Root(), Diff((Bob, Rich())));

        Assert.Throws<InvalidOperationException>(() => chain.Store.Commit(new WriteBatch(), sideways, 2, Hash256.Zero));
        Assert.Throws<InvalidOperationException>(() => chain.Store.Commit(new WriteBatch(), next, 3, Hash256.Zero));
        chain.Store.Commit(new WriteBatch(), next, 2, Hash256.Zero);
    }

    [Fact]
    public void The_head_is_what_was_committed_last()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        chain.Append(Diff((Alice, Rich())));
        chain.Append(Diff((Bob, Rich())));

        Assert.Equal(new StateHead(1, StateChain.BlockHash(1), chain.Head.Root(), 0), chain.Store.Head);
    }

    internal static StateDiff Diff(params (Address Address, AccountDiff Account)[] accounts)
    {
        StateDiff diff = new();
        foreach ((Address address, AccountDiff account) in accounts) diff.Accounts[address] = account;
        return diff;
    }

    internal static AccountDiff Rich(ulong balance = 1, bool cleared = false, params (ulong Slot, ulong Value)[] storage) => new()
    {
        Exists = true, Balance = balance, StorageCleared = cleared, Storage = storage.ToDictionary(s => (UInt256)s.Slot, s => (UInt256)s.Value),
    };
}
