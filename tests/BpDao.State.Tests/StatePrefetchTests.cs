using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests;

public sealed class StatePrefetchTests
{
    [Fact]
    public void Reading_ahead_changes_no_answer_and_no_root() => Gen.Select(StateModel.Diffs.Array[1, 6], StateModel.Diffs).Sample(
        (past, next) =>
        {
            using MemoryDb db = new();
            StateChain chain = new(db, StateOptions.Default);
            foreach (StateDiff diff in past) chain.Append(diff);

            using StateView view = chain.Store.OpenView(chain.Head.Root())!;
            using StatePrefetch prefetch = new(view, 2);
            foreach (Address address in StateModel.Addresses)
            {
                prefetch.Account(address);
                foreach (UInt256 slot in StateModel.Slots) prefetch.Slot(address, slot);
            }

            chain.Head.AssertEquals(view);
            Assert.Equal(chain.Head.With(next).Root(), StateStore.Compute(view, next).Root);
            prefetch.Wait();
            chain.Head.AssertEquals(view);
            Assert.Equal(chain.Head.With(next).Root(), StateStore.Compute(view, next).Root);
        },
        iter: 60);

    [Fact]
    public void What_was_read_ahead_needs_no_database()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        StateDiff genesis = new(), change = new();
        for (uint i = 1; i <= 300; i++)
        {
            genesis.Accounts[Address.FromNumber(i)] = StateStoreTests.Rich(i, storage: (i, i));
            change.Accounts[Address.FromNumber(i)] = StateStoreTests.Rich(i + 1, storage: (i, i + 1));
        }

        chain.Append(genesis);
        CountingDb counted = new(db);
        using StateView view = new StateStore(counted, StateOptions.Default).OpenView(chain.Head.Root())!;
        using (StatePrefetch prefetch = new(view, 2))
        {
            for (uint i = 1; i <= 300; i++)
            {
                prefetch.Account(Address.FromNumber(i));
                prefetch.Slot(Address.FromNumber(i), i);
            }

            prefetch.Wait();
        }

        long before = counted.Reads;
        Hash256 root = StateStore.Compute(view, change).Root;
        Assert.Equal(before, counted.Reads);
        Assert.Equal(chain.Head.With(change).Root(), root);
    }

    /// <summary>Counts the values that its snapshots are asked for.</summary>
    private sealed class CountingDb(IDb inner) : IDb
    {
        private long _reads;

        public long Reads => Volatile.Read(ref _reads);

        public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => inner.Get(column, key);

        public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => inner.Get(column, key, destination);

        public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => inner.Contains(column, key);

        public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => inner.Iterate(column, range, backward);

        public IDbSnapshot CreateSnapshot() => new CountingSnapshot(this, inner.CreateSnapshot());

        public void Write(WriteBatch batch, bool sync = false) => inner.Write(batch, sync);

        public void Dispose()
        {
        }

        private sealed class CountingSnapshot(CountingDb db, IDbSnapshot inner) : IDbSnapshot
        {
            public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key)
            {
                Interlocked.Increment(ref db._reads);
                return inner.Get(column, key);
            }

            public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination)
            {
                Interlocked.Increment(ref db._reads);
                return inner.Get(column, key, destination);
            }

            public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => inner.Contains(column, key);

            public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => inner.Iterate(column, range, backward);

            public void Dispose() => inner.Dispose();
        }
    }
}
