using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Node.Storage;
using BpDao.Testing.Db;
using Xunit;

namespace BpDao.Node.Tests.Storage;

/// <summary>Protocol rule 4.6 as far as the store goes: what was written is there after a crash, and damage is told.</summary>
public sealed class DbSafetyStoreTests
{
    private static readonly byte[] Key = [1, 2], Other = [3];

    [Fact]
    public void Gives_back_what_was_written()
    {
        using MemoryDb db = new();
        DbSafetyStore store = new(db);

        store.Write([new(Key, [9, 8, 7]), new(Other, [])]);

        Assert.Equal([9, 8, 7], store.Read(Key, out bool damaged));
        Assert.False(damaged);
        Assert.Empty(store.Read(Other, out damaged)!);
        Assert.False(damaged);
    }

    [Fact]
    public void A_key_that_was_never_written_is_absent_and_not_damaged()
    {
        using MemoryDb db = new();

        Assert.Null(new DbSafetyStore(db).Read(Key, out bool damaged));
        Assert.False(damaged);
    }

    [Fact]
    public void Removes_and_writes_together()
    {
        using MemoryDb db = new();
        DbSafetyStore store = new(db);
        store.Write([new(Key, [1])]);

        store.Write([new(Key, null), new(Other, [2])]);

        Assert.Null(store.Read(Key, out bool damaged));
        Assert.False(damaged);
        Assert.Equal([2], store.Read(Other, out _));
    }

    [Fact]
    public void Tells_every_changed_byte_and_a_record_under_another_key()
    {
        using MemoryDb db = new();
        DbSafetyStore store = new(db);
        store.Write([new(Key, [9, 8, 7])]);
        byte[] stored = db.Get(DbColumn.Safety, Key)!;

        for (int i = 0; i < stored.Length; i++)
        {
            byte[] changed = [.. stored];
            changed[i] ^= 1;
            AssertDamaged(changed, Key);
        }

        AssertDamaged(stored[..^1], Key);
        AssertDamaged(stored[..7], Key);
        AssertDamaged([], Key);
        AssertDamaged(stored, Other);

        void AssertDamaged(byte[] value, byte[] key)
        {
            WriteBatch batch = new();
            batch.Put(DbColumn.Safety, key, value);
            db.Write(batch);
            Assert.Null(store.Read(key, out bool damaged));
            Assert.True(damaged);
        }
    }

    [Fact]
    public void Is_on_the_disk_when_the_call_returns()
    {
        using CrashSimulatingDb db = new();
        new DbSafetyStore(db).Write([new(Key, [5])]);

        using CrashSimulatingDb restarted = db.AfterPowerLoss();

        Assert.Equal([5], new DbSafetyStore(restarted).Read(Key, out _));
    }
}
