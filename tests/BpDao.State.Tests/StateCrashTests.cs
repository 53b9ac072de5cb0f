using BpDao.Core;
using BpDao.Db;
using BpDao.Testing.Db;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests;

public sealed class StateCrashTests
{
    [Fact]
    public void After_a_crash_between_any_writes_the_state_is_that_of_the_head_block() =>
        Gen.Select(StateModel.Diffs.Array[3, 8], Gen.Int[0, 8], Gen.Int[0, 8], Gen.Bool).Sample(
            (diffs, crashAt, surviving, synced) =>
            {
                // Every block beside the head pointer of a chain, every other one reverted once and put on again.
                using CrashSimulatingDb db = new() { CrashBeforeWrite = crashAt };
                StateStore store = new(db, new StateOptions(2));
                List<StateModel> models = [];
                try
                {
                    for (int i = 0; i < diffs.Length; i++)
                    {
                        StateModel parent = i == 0 ? StateModel.Empty : models[i - 1];
                        models.Add(parent.With(diffs[i]));
                        WriteBatch batch = new();
                        store.Commit(batch, store.Compute(parent.Root(), diffs[i]), (ulong)i, StateChain.BlockHash(i));
                        batch.Put(DbColumn.Metadata, "chain-head"u8, StateChain.BlockHash(i).Bytes);
                        db.Write(batch, synced);
                    }
                }
                catch (SimulatedCrashException)
                {
                    models.RemoveAt(models.Count - 1);
                }

                using CrashSimulatingDb found = db.AfterPowerLoss(Math.Min(surviving, db.UnsyncedWrites));
                StateStore again = new(found, new StateOptions(2));
                if (synced) Assert.Equal(models.Count, (int)(again.Head?.Number + 1 ?? 0));
                if (again.Head is null)
                {
                    Assert.False(found.Contains(DbColumn.Metadata, "chain-head"u8));
                    return;
                }

                Assert.Equal(again.Head.BlockHash.ToArray(), found.Get(DbColumn.Metadata, "chain-head"u8));
                for (ulong number = again.Head.Oldest; number <= again.Head.Number; number++)
                {
                    using StateView view = again.OpenView(models[(int)number].Root())!;
                    models[(int)number].AssertEquals(view);
                }

                // And the chain goes on from there, to the very same rows.
                int next = (int)again.Head.Number + 1;
                StateModel head = models[next - 1];
                if (next < diffs.Length)
                {
                    WriteBatch batch = new();
                    again.Commit(batch, again.Compute(head.Root(), diffs[next]), (ulong)next, StateChain.BlockHash(next));
                    found.Write(batch);
                    head = head.With(diffs[next]);
                }

                using CrashSimulatingDb fresh = new();
                new StateChain(fresh, StateOptions.Default).Append(head.AsDiff());
                Assert.Equal(StateChain.Dump(fresh, StateChain.HeadColumns), StateChain.Dump(found, StateChain.HeadColumns));
            },
            iter: 150);
}
