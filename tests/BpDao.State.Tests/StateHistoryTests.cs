using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests;

public sealed class StateHistoryTests
{
    private static readonly Gen<StateDiff[]> Blocks = StateModel.Diffs.Array[2, 12];

    [Fact]
    public void Every_retained_state_is_read_as_it_was() => Blocks.Sample(
        diffs =>
        {
            using MemoryDb db = new();
            StateChain chain = new(db, StateOptions.Archive);
            foreach (StateDiff diff in diffs) chain.Append(diff);

            foreach (StateModel model in chain.Models)
            {
                using StateView view = chain.Store.OpenView(model.Root())!;
                model.AssertEquals(view);
            }
        },
        iter: 50);

    [Fact]
    public void The_rows_of_the_head_are_those_of_a_state_made_at_once() => Blocks.Sample(
        diffs =>
        {
            using MemoryDb db = new();
            StateChain chain = new(db, StateOptions.Default);
            foreach (StateDiff diff in diffs) chain.Append(diff);

            using MemoryDb fresh = new();
            new StateChain(fresh, StateOptions.Default).Append(chain.Head.AsDiff());
            Assert.Equal(StateChain.Dump(fresh, StateChain.HeadColumns), StateChain.Dump(db, StateChain.HeadColumns));
        },
        iter: 100);

    [Fact]
    public void Taking_blocks_off_restores_the_database_byte_for_byte() => Gen.Select(Blocks, Gen.Int[1, 12]).Sample(
        (diffs, blocks) =>
        {
            DbColumn[] columns = [.. StateChain.HeadColumns, .. StateChain.HistoryColumns];
            using MemoryDb db = new();
            StateChain chain = new(db, StateOptions.Archive);
            List<string[]> dumps = [];
            foreach (StateDiff diff in diffs)
            {
                chain.Append(diff);
                dumps.Add(StateChain.Dump(db, columns));
            }

            blocks = Math.Min(blocks, diffs.Length - 1);
            chain.Revert(blocks);
            Assert.Equal(dumps[^(blocks + 1)], StateChain.Dump(db, columns));
        },
        iter: 100);

    [Fact]
    public void A_state_on_an_earlier_block_is_computed_as_if_that_were_the_head() =>
        Gen.Select(Blocks, Gen.Int[0, 11], StateModel.Diffs, StateModel.Diffs).Sample(
            (diffs, index, first, second) =>
            {
                using MemoryDb db = new();
                StateChain chain = new(db, StateOptions.Archive);
                foreach (StateDiff diff in diffs) chain.Append(diff);
                StateModel parent = chain.Models[index % diffs.Length];

                StateChange change = chain.Store.Compute(parent.Root(), first);
                Assert.Equal(parent.With(first).Root(), change.Root);
                chain.Store.Hold(change);
                Assert.Equal(parent.With(first).With(second).Root(), chain.Store.Compute(change.Root, second).Root);
                using StateView view = chain.Store.OpenView(change.Root)!;
                parent.With(first).AssertEquals(view);
            },
            iter: 100);

    [Fact]
    public void An_open_view_answers_the_same_through_commits_reverts_and_pruning() =>
        Gen.Select(Blocks, Blocks).Sample(
            (before, after) =>
            {
                using MemoryDb db = new();
                StateChain chain = new(db, new StateOptions(2));
                foreach (StateDiff diff in before) chain.Append(diff);
                StateModel model = chain.Head;
                StateModel earlier = chain.Models[^2];
                using StateView view = chain.Store.OpenView(model.Root())!;
                using StateView earlierView = chain.Store.OpenView(earlier.Root())!;

                chain.Revert(1);
                foreach (StateDiff diff in after) chain.Append(diff);
                model.AssertEquals(view);
                earlier.AssertEquals(earlierView);
            },
            iter: 50);

    [Fact]
    public void Exactly_the_retained_states_can_be_opened()
    {
        const int Retained = 3;
        using MemoryDb db = new();
        StateChain chain = new(db, new StateOptions(Retained));
        for (ulong i = 0; i < 10; i++) chain.Append(Balance(i + 1));

        for (int i = 0; i < 10; i++)
        {
            using StateView? view = chain.Store.OpenView(chain.Models[i].Root());
            Assert.Equal(i >= 10 - 1 - Retained, view is not null);
        }

        Assert.Equal(6u, chain.Store.Head!.Oldest);
    }

    [Fact]
    public void Pruning_leaves_nothing_behind() => Blocks.Sample(
        diffs =>
        {
            using MemoryDb pruned = new();
            using MemoryDb archive = new();
            StateChain chain = new(pruned, new StateOptions(2));
            StateChain whole = new(archive, StateOptions.Archive);
            foreach (StateDiff diff in diffs)
            {
                chain.Append(diff);
                whole.Append(diff);
            }

            // What is left is what the archive has of the blocks after the oldest state.
            ulong oldest = chain.Store.Head!.Oldest;
            Assert.Equal((ulong)Math.Max(0, diffs.Length - 3), oldest);
            foreach (DbColumn column in StateChain.HistoryColumns[..4])
            {
                Assert.Equal(StateChain.Dump(archive, column).Where(row => BlockOf(row) > oldest), StateChain.Dump(pruned, column));
            }

            Assert.Equal(diffs.Length - 1 - (int)oldest, StateChain.Dump(pruned, DbColumn.ReverseDiffs).Length);
            Assert.Equal(diffs.Length - (int)oldest, StateChain.Dump(pruned, DbColumn.StateRoots).Length);
        },
        iter: 50);

    [Fact]
    public void A_shorter_retention_is_reached_step_by_step()
    {
        using MemoryDb db = new();
        StateChain archive = new(db, StateOptions.Archive);
        for (ulong i = 0; i < 30; i++) archive.Append(Balance(i + 1));

        StateStore store = new(db, new StateOptions(2));
        for (ulong number = 30; number < 36; number++)
        {
            WriteBatch batch = new();
            store.Commit(batch, store.Compute(store.Head!.Root, Balance(number + 1)), number, Hash256.Zero);
            db.Write(batch);
        }

        Assert.Equal(33u, store.Head!.Oldest);
        Assert.Equal(2, StateChain.Dump(db, DbColumn.ReverseDiffs).Length);
    }

    [Fact]
    public void Blocks_with_the_same_state_are_one_state_until_the_last_is_pruned()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, new StateOptions(2));
        chain.Append(Balance(1));
        Hash256 root = chain.Head.Root();
        chain.Append(new StateDiff());
        chain.Append(new StateDiff());
        chain.Append(Balance(2));
        chain.Append(Balance(3));

        using (StateView? view = chain.Store.OpenView(root)) Assert.NotNull(view);
        chain.Append(Balance(4));
        Assert.Null(chain.Store.OpenView(root));
    }

    [Fact]
    public void A_reorganisation_is_one_batch() => Gen.Select(Blocks, Blocks, Gen.Int[1, 3]).Sample(
        (oldBranch, newBranch, depth) =>
        {
            const ulong Retained = 3;
            using MemoryDb db = new();
            StateChain chain = new(db, new StateOptions(Retained));
            foreach (StateDiff diff in oldBranch) chain.Append(diff);
            depth = Math.Min(depth, oldBranch.Length - 1);
            StateModel model = chain.Models[^(depth + 1)];

            List<StateChange> changes = [];
            foreach (StateDiff diff in newBranch)
            {
                StateChange change = chain.Store.Compute(model.Root(), diff);
                chain.Store.Hold(change);
                changes.Add(change);
                model = model.With(diff);
            }

            WriteBatch batch = new();
            StateWrite write = chain.Store.BeginWrite(batch);
            for (int i = 0; i < depth; i++) write.Revert();
            foreach (StateChange change in changes) write.Commit(change, write.Head!.Number + 1, Hash256.Zero);
            db.Write(batch);
            foreach (StateChange change in changes) chain.Store.Release(change);

            using StateView view = chain.Store.OpenView(model.Root())!;
            model.AssertEquals(view);
            using MemoryDb fresh = new();
            new StateChain(fresh, StateOptions.Default).Append(model.AsDiff());
            Assert.Equal(StateChain.Dump(fresh, StateChain.HeadColumns), StateChain.Dump(db, StateChain.HeadColumns));

            // After two more blocks nothing of what came off, or went by in the batch, is left in the past.
            for (int i = 0; i < 2; i++)
            {
                batch.Clear();
                chain.Store.Commit(batch, chain.Store.Compute(model.Root(), new StateDiff()), chain.Store.Head!.Number + 1, Hash256.Zero);
                db.Write(batch);
            }

            StateHead head = chain.Store.Head!;
            Assert.Equal(head.Number - Math.Min(head.Number, Retained), head.Oldest);
            Assert.All(StateChain.Dump(db, StateChain.HistoryColumns[..4]), row => Assert.InRange(BlockOf(row), head.Oldest + 1, head.Number));
            Assert.Equal((int)(head.Number - head.Oldest), StateChain.Dump(db, DbColumn.ReverseDiffs).Length);
        },
        iter: 100);

    [Fact]
    public void What_is_not_retained_cannot_be_reverted()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, new StateOptions(1));
        Assert.Throws<InvalidOperationException>(() => chain.Store.BeginWrite(new WriteBatch()).Revert());
        for (ulong i = 0; i < 3; i++) chain.Append(Balance(i + 1));
        chain.Revert(1);

        Assert.Throws<InvalidOperationException>(() => chain.Store.BeginWrite(new WriteBatch()).Revert());
    }

    private static ulong BlockOf(string row) => Convert.ToUInt64(row.Split(' ')[1][^16..], 16);

    private static StateDiff Balance(ulong balance) =>
        StateStoreTests.Diff((StateModel.Addresses[0], StateStoreTests.Rich(balance)));
}
