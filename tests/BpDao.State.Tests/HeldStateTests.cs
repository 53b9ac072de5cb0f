using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using Xunit;

namespace BpDao.State.Tests;

/// <summary>States of blocks that are judged, or on a side branch, but not committed.</summary>
public sealed class HeldStateTests : IDisposable
{
    private static readonly Address Alice = StateModel.Addresses[0];

    private readonly MemoryDb _db = new();
    private readonly StateChain _chain;

    public HeldStateTests()
    {
        _chain = new StateChain(_db, new StateOptions(2));
        _chain.Append(Balance(1));
    }

    private StateStore Store => _chain.Store;

    public void Dispose() => _db.Dispose();

    [Fact]
    public void A_change_is_unknown_until_it_is_held_and_after_it_is_released()
    {
        StateChange change = Store.Compute(_chain.Head.Root(), Balance(2));
        Assert.Null(Store.OpenView(change.Root));
        Store.Hold(change);
        AssertBalance(2, change.Root);
        Store.Release(change);
        Assert.Null(Store.OpenView(change.Root));
    }

    [Fact]
    public void Children_stand_on_held_parents_and_stay_when_those_are_committed()
    {
        StateChange parent = Store.Compute(_chain.Head.Root(), Balance(2));
        Store.Hold(parent);
        StateChange child = Store.Compute(parent.Root, Balance(3));
        Store.Hold(child);
        AssertBalance(3, child.Root);

        WriteBatch batch = new();
        Store.Commit(batch, parent, 1, StateChain.BlockHash(1));
        _db.Write(batch);
        Store.Release(parent);
        AssertBalance(3, child.Root);

        batch.Clear();
        Store.Commit(batch, child, 2, StateChain.BlockHash(2));
        _db.Write(batch);
        Store.Release(child);
        AssertBalance(3, child.Root);
        AssertBalance(2, parent.Root);
    }

    [Fact]
    public void A_child_of_a_released_parent_is_not_available()
    {
        StateChange parent = Store.Compute(_chain.Head.Root(), Balance(2));
        Store.Hold(parent);
        StateChange child = Store.Compute(parent.Root, Balance(3));
        Store.Hold(child);
        Store.Release(parent);

        Assert.Null(Store.OpenView(child.Root));
    }

    [Fact]
    public void One_state_reached_twice_is_there_until_both_are_released()
    {
        StateChange first = Store.Compute(_chain.Head.Root(), Balance(2));
        StateChange second = Store.Compute(_chain.Head.Root(), Balance(2));
        Store.Hold(first);
        Store.Hold(second);
        Store.Release(first);
        AssertBalance(2, second.Root);
        Store.Release(second);
        Assert.Null(Store.OpenView(second.Root));
    }

    [Fact]
    public void Changes_that_lead_in_a_circle_do_not_hang()
    {
        StateChange there = Store.Compute(_chain.Head.Root(), Balance(2));
        Store.Hold(there);
        StateChange further = Store.Compute(there.Root, Balance(3));
        Store.Hold(further);
        StateChange back = Store.Compute(further.Root, Balance(2));
        Store.Hold(back);
        Store.Hold(Store.Compute(back.Root, new StateDiff()));
        AssertBalance(2, back.Root);

        Store.Release(there);
        Assert.Null(Store.OpenView(back.Root));
        Assert.Null(Store.OpenView(further.Root));
    }

    [Fact]
    public void A_held_state_is_there_as_long_as_the_committed_one_beneath_it()
    {
        StateChange side = Store.Compute(_chain.Head.Root(), Balance(99));
        Store.Hold(side);
        for (ulong i = 0; i < 2; i++) _chain.Append(Balance(i + 2));
        AssertBalance(99, side.Root);
        for (ulong i = 2; i < 4; i++) _chain.Append(Balance(i + 2));
        Assert.Null(Store.OpenView(side.Root));
    }

    [Fact]
    public void A_view_with_a_change_over_it_needs_no_holding()
    {
        StateChange genesis = StateStore.Compute(StateView.Empty, Balance(5));
        StateView view = StateView.Empty.With(genesis);
        StateChange next = StateStore.Compute(view, Balance(6));

        Assert.True(view.With(next).TryGetAccount(Alice, out Account account));
        Assert.Equal((UInt256)6, account.Balance);
        Assert.True(view.TryGetAccount(Alice, out account));
        Assert.Equal((UInt256)5, account.Balance);
        Assert.Throws<ArgumentException>(() => view.With(genesis));
    }

    [Fact]
    public async Task A_state_that_is_being_committed_and_released_is_never_out_of_sight()
    {
        // Everything is kept, so that a reader which is slow finds its state in the past.
        StateStore store = new(_db, StateOptions.Archive);
        Hash256 latest = _chain.Head.Root();
        using CancellationTokenSource stop = new();
        Lock changing = new();
        Task reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Hash256 root;
                lock (changing) root = latest;
                using StateView? view = store.OpenView(root);
                Assert.NotNull(view);
            }
        });

        WriteBatch batch = new();
        for (ulong number = 1; number < 300 && !reader.IsCompleted; number++)
        {
            StateChange change = store.Compute(latest, Balance(number + 1));
            store.Hold(change);
            lock (changing) latest = change.Root;
            batch.Clear();
            store.Commit(batch, change, number, Hash256.Zero);
            _db.Write(batch);
            store.Release(change);
        }

        await stop.CancelAsync();
        await reader;
    }

    private void AssertBalance(ulong expected, Hash256 root)
    {
        using StateView? view = Store.OpenView(root);
        Assert.NotNull(view);
        Assert.True(view.TryGetAccount(Alice, out Account account));
        Assert.Equal((UInt256)expected, account.Balance);
    }

    private static StateDiff Balance(ulong balance) => StateStoreTests.Diff((Alice, StateStoreTests.Rich(balance)));
}
