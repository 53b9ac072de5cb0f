using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

/// <summary>A database that contradicts itself stops the node: it never answers with half a block.</summary>
public sealed class CorruptionTests
{
    public static TheoryData<DbColumn> Columns => [DbColumn.Headers, DbColumn.Bodies, DbColumn.Receipts];

    [Theory]
    [MemberData(nameof(Columns))]
    public void An_unreadable_entry_throws(DbColumn column)
    {
        MemoryDb disk = new();
        TestChain chain = new(db: disk);
        Hash256 hash = chain.Seal(Build.Transaction().Signed()).Hash;
        chain.Seal();
        Write(disk, batch => batch.Put(column, hash.Bytes, [1, 2, 3]));
        Assert.Throws<ChainCorruptException>(() => (chain.Tree.BlockByHash(hash), chain.Tree.ReceiptsOf(hash)));
    }

    [Fact]
    public void A_missing_body_throws()
    {
        MemoryDb disk = new();
        TestChain chain = new(db: disk);
        Hash256 hash = chain.Seal().Hash;
        Write(disk, batch => batch.Delete(DbColumn.Bodies, hash.Bytes));
        Assert.Throws<ChainCorruptException>(() => chain.Tree.BlockByHash(hash));
    }

    [Fact]
    public void A_missing_head_block_stops_the_opening()
    {
        MemoryDb disk = new();
        Hash256 hash = new TestChain(db: disk).Seal().Hash;
        Write(disk, batch => batch.Delete(DbColumn.Headers, hash.Bytes));
        Assert.Throws<ChainCorruptException>(() => new TestChain(db: disk));
    }

    [Fact]
    public void A_head_without_its_state_stops_the_opening()
    {
        MemoryDb disk = new();
        TestChain chain = new(db: disk);
        MemoryDb earlier = disk.Copy();
        Hash256 hash = chain.Seal().Hash;
        Write(earlier, batch =>
        {
            batch.Put(DbColumn.Headers, hash.Bytes, disk.Get(DbColumn.Headers, hash.Bytes));
            batch.Put(DbColumn.Metadata, ChainKeys.Head, hash.Bytes);
        });
        Assert.Throws<ChainCorruptException>(() => new TestChain(db: earlier));
    }

    private static void Write(MemoryDb db, Action<WriteBatch> fill)
    {
        WriteBatch batch = new();
        fill(batch);
        db.Write(batch);
    }
}
