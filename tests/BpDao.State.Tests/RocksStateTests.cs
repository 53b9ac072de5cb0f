using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Db.Rocks;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests;

public sealed class RocksStateTests
{
    private static readonly RocksOptions Small = new() { BlockCacheBytes = 8 << 20, WriteBufferBytes = 8 << 20 };

    [Fact]
    public void RocksDB_and_memory_hold_the_same_rows_and_answer_the_same() => StateModel.Diffs.Array[6, 12].Sample(
        diffs =>
        {
            string directory = Directory.CreateTempSubdirectory("bpdao-").FullName;
            try
            {
                DbColumn[] columns = [.. StateChain.HeadColumns, .. StateChain.HistoryColumns];
                using MemoryDb memory = new();
                StateChain expected = new(memory, new StateOptions(3));
                using (RocksDatabase rocks = RocksDatabase.Open(directory, Small))
                {
                    StateChain chain = new(rocks, new StateOptions(3));
                    foreach (StateDiff diff in diffs)
                    {
                        expected.Append(diff);
                        chain.Append(diff);
                    }

                    chain.Revert(1);
                    expected.Revert(1);
                    Assert.Equal(StateChain.Dump(memory, columns), StateChain.Dump(rocks, columns));
                    AssertStates(expected, chain.Store);
                }

                using RocksDatabase reopened = RocksDatabase.Open(directory, Small);
                AssertStates(expected, new StateStore(reopened, new StateOptions(3)));
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        },
        iter: 3, threads: 1);

    private static void AssertStates(StateChain expected, StateStore store)
    {
        Assert.Equal(expected.Store.Head, store.Head);
        for (int i = (int)store.Head!.Oldest; i < expected.Models.Count; i++)
        {
            using StateView view = store.OpenView(expected.Models[i].Root())!;
            expected.Models[i].AssertEquals(view);
        }
    }
}
