using BpDao.Db;
using CsCheck;
using Xunit;

namespace BpDao.Db.Tests;

/// <summary>What every <see cref="IDb"/> promises; each implementation runs all of it.</summary>
public abstract class DbContract : IDisposable
{
    private const DbColumn Column = DbColumn.Headers;

    /// <summary>An empty database, disposed of by the test.</summary>
    protected abstract IDb Db { get; }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    [Fact]
    public void An_absent_key_has_no_value()
    {
        Assert.Null(Db.Get(Column, [1]));
        Assert.Equal(-1, Db.Get(Column, [1], new byte[4]));
        Assert.False(Db.Contains(Column, [1]));
    }

    [Fact]
    public void A_written_value_is_read_back()
    {
        Put(Column, [1, 2], [3, 4, 5]);

        Assert.Equal([3, 4, 5], Db.Get(Column, [1, 2]));
        Assert.True(Db.Contains(Column, [1, 2]));
        Assert.False(Db.Contains(Column, [1]));
    }

    [Fact]
    public void An_empty_value_is_not_an_absent_one()
    {
        Put(Column, [1], []);

        Assert.Empty(Db.Get(Column, [1])!);
        Assert.Equal(0, Db.Get(Column, [1], []));
        Assert.True(Db.Contains(Column, [1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    public void Many_keys_are_read_as_one_by_one(int count)
    {
        // Every third is absent, some values are empty, and some keys are asked for twice.
        for (int i = 0; i < count; i++)
        {
            if (i % 3 != 0) Put(Column, [(byte)(i >> 8), (byte)i], new byte[i % 5]);
        }

        byte[][] keys = [.. Enumerable.Range(0, count).Select(i => (i * 17) % 650).Select(i => new[] { (byte)(i >> 8), (byte)i })];
        byte[]?[] values = new byte[]?[count];
        Db.Get(Column, keys, values);
        Assert.Equal(keys.Select(key => Db.Get(Column, key)), values);

        using IDbSnapshot before = Db.CreateSnapshot();
        for (int i = 0; i < count; i++) Put(Column, [(byte)(i >> 8), (byte)i], [9]);
        byte[]?[] seen = new byte[]?[count];
        before.Get(Column, keys, seen);
        Assert.Equal(values, seen);
    }

    [Fact]
    public void An_empty_key_is_a_key()
    {
        Put(Column, [], [7]);

        Assert.Equal([7], Db.Get(Column, []));
        Assert.Equal(["="], Keys(Db.Iterate(Column)).Select(k => k + "="));
    }

    [Fact]
    public void A_buffer_that_is_too_short_takes_the_beginning_and_learns_the_length()
    {
        Put(Column, [1], [10, 11, 12]);
        byte[] two = new byte[2];
        byte[] five = new byte[5];

        Assert.Equal(3, Db.Get(Column, [1], two));
        Assert.Equal([10, 11], two);
        Assert.Equal(3, Db.Get(Column, [1], five));
        Assert.Equal([10, 11, 12, 0, 0], five);
    }

    [Fact]
    public void Changing_a_value_that_was_read_changes_nothing_else()
    {
        Put(Column, [1], [1]);
        Db.Get(Column, [1])![0] = 9;
        Assert.Equal([1], Db.Get(Column, [1]));
    }

    [Fact]
    public void Columns_do_not_share_keys()
    {
        Put(DbColumn.Headers, [1], [1]);
        Put(DbColumn.Bodies, [1], [2]);
        Delete(DbColumn.Receipts, [1]);

        Assert.Equal([1], Db.Get(DbColumn.Headers, [1]));
        Assert.Equal([2], Db.Get(DbColumn.Bodies, [1]));
        Assert.Null(Db.Get(DbColumn.Receipts, [1]));
    }

    [Fact]
    public void The_last_entry_of_a_batch_for_a_key_counts()
    {
        WriteBatch batch = new();
        batch.Put(Column, [1], [1]);
        batch.Delete(Column, [1]);
        batch.Put(Column, [1], [2]);
        batch.Put(Column, [2], [1]);
        batch.Delete(Column, [2]);
        Db.Write(batch);

        Assert.Equal([2], Db.Get(Column, [1]));
        Assert.Null(Db.Get(Column, [2]));
    }

    [Fact]
    public void A_batch_survives_its_write_and_is_empty_after_clearing()
    {
        WriteBatch batch = new();
        batch.Put(Column, [1], [1]);
        Db.Write(batch);
        Delete(Column, [1]);
        Db.Write(batch, sync: true);
        Assert.Equal([1], Db.Get(Column, [1]));

        Delete(Column, [1]);
        batch.Clear();
        Assert.Equal(0, batch.Count);
        Db.Write(batch);
        Assert.Null(Db.Get(Column, [1]));
    }

    [Fact]
    public void A_snapshot_does_not_see_later_writes()
    {
        Put(Column, [1], [1]);
        Put(Column, [2], [2]);
        using IDbSnapshot snapshot = Db.CreateSnapshot();
        Put(Column, [1], [9]);
        Delete(Column, [2]);
        Put(Column, [3], [3]);

        Assert.Equal([1], snapshot.Get(Column, [1]));
        Assert.True(snapshot.Contains(Column, [2]));
        Assert.Equal(-1, snapshot.Get(Column, [3], new byte[1]));
        Assert.Equal(["01", "02"], Keys(snapshot.Iterate(Column)));
        Assert.Equal(["01", "03"], Keys(Db.Iterate(Column)));
    }

    [Fact]
    public void An_iterator_does_not_see_later_writes()
    {
        Put(Column, [1], [1]);
        using IDbIterator iterator = Db.Iterate(Column);
        Put(Column, [2], [2]);

        Assert.Equal(["01"], Keys(iterator));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_prefix_bounds_the_walk(bool backward)
    {
        byte[][] keys = [[1], [1, 0], [1, 255], [1, 255, 255], [2], [0, 255, 255], [255], [255, 255, 1], [255, 255]];
        foreach (byte[] key in keys) Put(Column, key, [0]);

        Assert.Equal(Ordered(["01", "0100", "01ff", "01ffff"]), Keys(Db.Iterate(Column, KeyRange.Prefix([1]), backward)));
        Assert.Equal(Ordered(["01ff", "01ffff"]), Keys(Db.Iterate(Column, KeyRange.Prefix([1, 255]), backward)));
        Assert.Equal(Ordered(["ffff", "ffff01"]), Keys(Db.Iterate(Column, KeyRange.Prefix([255, 255]), backward)));
        Assert.Equal(Ordered(["01ff", "01ffff"]), Keys(Db.Iterate(Column, KeyRange.PrefixFrom([1, 1], 1), backward)));
        Assert.Empty(Keys(Db.Iterate(Column, KeyRange.Prefix([3]), backward)));

        IEnumerable<string> Ordered(string[] ascending) => backward ? ascending.Reverse() : ascending;
    }

    [Fact]
    public void A_disposed_database_refuses_every_use()
    {
        Put(Column, [1], [1]);
        IDbSnapshot snapshot = Db.CreateSnapshot();
        IDbIterator iterator = Db.Iterate(Column);
        Db.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Db.Get(Column, [1]));
        Assert.Throws<ObjectDisposedException>(() => Put(Column, [1], [1]));
        Assert.Throws<ObjectDisposedException>(Db.CreateSnapshot);
        Assert.Throws<ObjectDisposedException>(() => Db.Iterate(Column));
        iterator.Dispose();
        snapshot.Dispose();
        Db.Dispose();
    }

    [Fact]
    public void A_disposed_snapshot_refuses_every_use()
    {
        IDbSnapshot snapshot = Db.CreateSnapshot();
        snapshot.Dispose();
        snapshot.Dispose();

        Assert.Throws<ObjectDisposedException>(() => snapshot.Get(Column, [1]));
        Assert.Throws<ObjectDisposedException>(() => snapshot.Iterate(Column));
    }

    [Fact]
    public async Task Readers_see_a_batch_whole_or_not_at_all()
    {
        using CancellationTokenSource stop = new();
        Task reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using IDbSnapshot snapshot = Db.CreateSnapshot();
                Assert.Equal(snapshot.Get(DbColumn.Headers, [1]), snapshot.Get(DbColumn.Bodies, [2]));
            }
        });

        WriteBatch batch = new();
        for (int i = 0; i < 2000 && !reader.IsCompleted; i++)
        {
            batch.Clear();
            batch.Put(DbColumn.Headers, [1], BitConverter.GetBytes(i));
            batch.Put(DbColumn.Bodies, [2], BitConverter.GetBytes(i));
            Db.Write(batch);
        }

        await stop.CancelAsync();
        await reader;
    }

    [Fact]
    public void Random_writes_agree_with_a_sorted_dictionary()
    {
        Gen<byte[]> key = Gen.Byte[0, 3].Array[0, 4];
        Gen<(byte[] Key, byte[]? Value)> write = Gen.Select(key, Gen.Byte.Array[0, 5].Null());
        Gen<(byte[]? From, byte[]? To, bool Backward)> walk = Gen.Select(key.Null(), key.Null(), Gen.Bool);

        Gen.Select(write.Array[0, 40], walk.Array[5]).Sample(
            (writes, walks) =>
            {
                Empty(Column);
                SortedDictionary<byte[], byte[]> model = new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
                WriteBatch batch = new();
                for (int i = 0; i < writes.Length; i++)
                {
                    (byte[] k, byte[]? value) = writes[i];
                    if (value is null)
                    {
                        batch.Delete(Column, k);
                        model.Remove(k);
                    }
                    else
                    {
                        batch.Put(Column, k, value);
                        model[k] = value;
                    }

                    if (i % 3 != 2) continue;
                    Db.Write(batch);
                    batch.Clear();
                }

                Db.Write(batch);
                foreach ((byte[] k, byte[] value) in model) Assert.Equal(value, Db.Get(Column, k));
                foreach ((byte[]? from, byte[]? to, bool backward) in walks)
                {
                    KeyRange range = new(from, to);
                    IEnumerable<string> expected = model.Where(e => range.Contains(e.Key)).Select(e => Text(e.Key) + ":" + Text(e.Value));
                    Assert.Equal(backward ? expected.Reverse() : expected, Entries(Db.Iterate(Column, range, backward)));
                }
            },
            iter: 200, threads: 1);
    }

    protected void Put(DbColumn column, byte[] key, byte[] value)
    {
        WriteBatch batch = new();
        batch.Put(column, key, value);
        Db.Write(batch);
    }

    private void Delete(DbColumn column, byte[] key)
    {
        WriteBatch batch = new();
        batch.Delete(column, key);
        Db.Write(batch);
    }

    private void Empty(DbColumn column)
    {
        WriteBatch batch = new();
        using (IDbIterator all = Db.Iterate(column))
        {
            while (all.MoveNext()) batch.Delete(column, all.Key);
        }

        Db.Write(batch);
    }

    private static List<string> Keys(IDbIterator iterator) => Entries(iterator).ConvertAll(e => e[..e.IndexOf(':', StringComparison.Ordinal)]);

    private static List<string> Entries(IDbIterator iterator)
    {
        using (iterator)
        {
            List<string> entries = [];
            while (iterator.MoveNext()) entries.Add(Text(iterator.Key) + ":" + Text(iterator.Value));
            Assert.False(iterator.MoveNext());
            return entries;
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
