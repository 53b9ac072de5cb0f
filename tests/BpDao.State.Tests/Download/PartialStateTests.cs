using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.State.Download;
using BpDao.State.Ranges;
using BpDao.Testing.Db;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests.Download;

public sealed class PartialStateTests
{
    [Fact]
    public void A_state_put_together_in_any_pieces_has_the_rows_of_an_executed_one() =>
        Gen.Select(StateModel.Diffs.Array[1, 8], Gen.Int[1, 5], Gen.Int[1, 4]).Sample(
            (diffs, accountsAtOnce, slotsAtOnce) =>
            {
                using MemoryDb source = new(), target = new();
                StateChain chain = new(source, StateOptions.Default);
                foreach (StateDiff diff in diffs) chain.Append(diff);
                Genesis(target);

                StateStore store = new(target, StateOptions.Default);
                PartialState partial = store.OpenPartial();
                using (StateRanges ranges = chain.Store.OpenRanges(chain.Head.Root())!) Copy(ranges, partial, accountsAtOnce, slotsAtOnce);
                Assert.True(store.IsPartial);
                Assert.Equal(chain.Head.Root(), partial.Root);
                Assert.Null(store.Head);
                Assert.Null(store.OpenView(chain.Head.Root())?.Root is { } root && root != Account.EmptyTrieRoot ? "open" : null);

                WriteBatch batch = new();
                store.Adopt(batch, 77, StateChain.BlockHash(77), chain.Head.Root());
                target.Write(batch);
                Assert.False(store.IsPartial);
                Assert.Equal(new StateHead(77, StateChain.BlockHash(77), chain.Head.Root(), 77), store.Head);
                Assert.Equal(StateChain.Dump(source, StateChain.HeadColumns), StateChain.Dump(target, StateChain.HeadColumns));
                using StateView view = store.OpenView(chain.Head.Root())!;
                chain.Head.AssertEquals(view);
            },
            iter: 150);

    [Fact]
    public void Blocks_follow_an_adopted_state_and_come_off_again_down_to_it()
    {
        using MemoryDb db = new();
        Genesis(db);
        StateStore store = new(db, StateOptions.Default);
        PartialState partial = store.OpenPartial();
        Hash256 key = Keccak256.Hash(StateModel.Addresses[3].Bytes);
        partial.Write([new FetchedAccount(key, Account.Empty with { Nonce = 5 }, [])], []);
        WriteBatch batch = new();
        store.Adopt(batch, 40, StateChain.BlockHash(40), partial.Root);
        db.Write(batch);
        string[] adopted = StateChain.Dump(db, StateChain.HeadColumns);

        StateDiff diff = new();
        diff.Accounts[StateModel.Addresses[3]] = new AccountDiff { Exists = true, Nonce = 6, Storage = new() { [1] = 2 } };
        StateChange change = store.Compute(partial.Root, diff);
        batch = new();
        store.Commit(batch, change, 41, StateChain.BlockHash(41));
        db.Write(batch);
        Assert.Equal(41ul, store.Head!.Number);
        Assert.NotNull(store.OpenRanges(partial.Root));

        batch = new();
        store.BeginWrite(batch).Revert();
        db.Write(batch);
        Assert.Equal(adopted, StateChain.Dump(db, StateChain.HeadColumns));
        Assert.Throws<InvalidOperationException>(() => store.BeginWrite(new WriteBatch()).Revert());
    }

    [Fact]
    public void A_held_genesis_is_readable_while_another_state_is_fetched()
    {
        using MemoryDb db = new();
        (StateModel model, StateChange genesis) = Genesis(db);
        StateStore store = new(db, StateOptions.Default);
        store.Hold(genesis);
        PartialState partial = store.OpenPartial();
        partial.Write([new FetchedAccount(Keccak256.Hash(StateModel.Addresses[0].Bytes), Account.Empty with { Nonce = 99 }, [])], []);
        using StateView view = store.OpenView(model.Root())!;
        model.AssertEquals(view);
    }

    [Fact]
    public void A_later_block_s_state_is_not_thrown_away()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        chain.Append(Diff(1));
        chain.Append(Diff(2));
        Assert.Throws<InvalidOperationException>(() => chain.Store.OpenPartial());
        chain.Head.AssertEquals(chain.Store.OpenView(chain.Head.Root())!);
    }

    [Fact]
    public void A_state_that_was_not_fetched_is_not_adopted()
    {
        using MemoryDb db = new();
        Genesis(db);
        StateStore store = new(db, StateOptions.Default);
        Assert.Throws<InvalidOperationException>(() => store.Adopt(new WriteBatch(), 5, StateChain.BlockHash(5), Account.EmptyTrieRoot));
        store.OpenPartial();
        Assert.Throws<InvalidOperationException>(() => store.Adopt(new WriteBatch(), 5, StateChain.BlockHash(5), Keccak256.Hash([1])));
    }

    [Fact]
    public void After_a_crash_at_any_write_rows_nodes_root_and_progress_fit_together()
    {
        using MemoryDb source = new();
        StateChain chain = new(source, StateOptions.Default);
        StateDiff diff = new();
        foreach (Address address in StateModel.Addresses)
        {
            diff.Accounts[address] = new AccountDiff { Exists = true, Nonce = 1, Storage = StateModel.Slots.ToDictionary(s => s, s => s + 1) };
        }

        chain.Append(diff);
        bool finished = false;
        for (int crashAt = 1; !finished; crashAt++)
        {
            using CrashSimulatingDb db = new();
            Genesis(db);
            db.CrashBeforeWrite = crashAt;
            try
            {
                Fetch(db);
                finished = true;
            }
            catch (SimulatedCrashException)
            {
            }

            for (int surviving = 0; surviving <= db.UnsyncedWrites; surviving++)
            {
                using CrashSimulatingDb found = db.AfterPowerLoss(surviving);
                StateStore store = new(found, StateOptions.Default);
                if (store.Head is { } head)
                {
                    Assert.NotNull(store.OpenView(head.Root));
                    continue;
                }

                // Whatever is there is a whole state with that root, and fetching goes on from it.
                PartialState partial = store.OpenPartial();
                using (StateRanges ranges = partial.OpenRanges()) Assert.Equal(partial.Root, RootOf(ranges));
                Fetch(found);
                Assert.Equal(StateChain.Dump(source, StateChain.HeadColumns), StateChain.Dump(found, StateChain.HeadColumns));
            }
        }

        void Fetch(IDb db)
        {
            using StateRanges ranges = chain.Store.OpenRanges(chain.Head.Root())!;
            Copy(ranges, new StateStore(db, StateOptions.Default).OpenPartial(), 5, 4);
        }
    }

    private static Hash256 RootOf(StateRanges ranges)
    {
        using MemoryDb db = new();
        PartialState copy = new StateStore(db, StateOptions.Default).OpenPartial();
        Copy(ranges, copy, 100, 100);
        return copy.Root;
    }

    private static void Copy(StateRanges from, PartialState to, int accountsAtOnce, int slotsAtOnce)
    {
        List<FetchedAccount> accounts = [];
        using LeafWalk walk = from.Accounts(Hash256.Zero);
        while (walk.MoveNext())
        {
            Account account = from.Account(walk.Key)!.Value;
            List<HashedSlot> slots = [];
            using (LeafWalk storage = from.Slots(walk.Key, Hash256.Zero))
            {
                while (storage.MoveNext()) slots.Add(new HashedSlot(storage.Key, storage.Value.ToArray()));
            }

            foreach (HashedSlot[] some in slots.Chunk(slotsAtOnce).SkipLast(1)) to.Write([new FetchedAccount(walk.Key, account, some)], [7]);
            accounts.Add(new FetchedAccount(walk.Key, account, slots.Chunk(slotsAtOnce).LastOrDefault() ?? []));
            if (accounts.Count < accountsAtOnce) continue;
            to.Write(accounts, [8]);
            accounts.Clear();
        }

        to.Write(accounts, [9]);
        Assert.Equal([9], to.Progress.ToArray());
    }

    private static (StateModel Model, StateChange Change) Genesis(IDb db)
    {
        StateDiff diff = Diff(3);
        StateStore store = new(db, StateOptions.Default);
        StateChange change = store.Compute(Account.EmptyTrieRoot, diff);
        WriteBatch batch = new();
        store.Commit(batch, change, 0, StateChain.BlockHash(0));
        db.Write(batch);
        return (StateModel.Empty.With(diff), change);
    }

    private static StateDiff Diff(int accounts)
    {
        StateDiff diff = new();
        for (int i = 0; i < accounts; i++)
        {
            diff.Accounts[StateModel.Addresses[i]] = new AccountDiff { Exists = true, Nonce = (ulong)i + 1, Storage = new() { [StateModel.Slots[i]] = 5 } };
        }

        return diff;
    }
}
