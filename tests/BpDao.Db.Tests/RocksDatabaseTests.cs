using BpDao.Db.Rocks;
using Xunit;

namespace BpDao.Db.Tests;

public sealed class RocksDatabaseTests : DbContract
{
    private static readonly RocksOptions Small = new() { BlockCacheBytes = 8 << 20, WriteBufferBytes = 8 << 20 };

    private readonly TemporaryDirectory _directory = new();
    private readonly RocksDatabase _db;

    public RocksDatabaseTests() => _db = RocksDatabase.Open(_directory.Path, Small);

    protected override IDb Db => _db;

    public override void Dispose()
    {
        _db.Dispose();
        _directory.Dispose();
        base.Dispose();
    }

    [Fact]
    public void Content_is_found_again_after_reopening()
    {
        Put(DbColumn.Safety, [1], [2]);
        _db.Dispose();

        using RocksDatabase again = RocksDatabase.Open(_directory.Path, Small);
        Assert.Equal([2], again.Get(DbColumn.Safety, [1]));
    }

    [Fact]
    public void A_directory_in_use_is_refused_in_one_line()
    {
        DbOpenException error = Assert.Throws<DbOpenException>(() => RocksDatabase.Open(_directory.Path, Small));

        Assert.Contains("another process is using it", error.Message, StringComparison.Ordinal);
        AssertOneLineNaming(_directory.Path, error);
    }

    [Fact]
    public void A_directory_used_by_another_process_is_refused_until_that_one_is_killed_and_what_it_wrote_is_found()
    {
        using TemporaryDirectory other = new();
        using SecondProcess owner = new(other.Path);

        DbOpenException error = Assert.Throws<DbOpenException>(() => RocksDatabase.Open(other.Path, Small));
        Assert.Contains("another process is using it", error.Message, StringComparison.Ordinal);
        AssertOneLineNaming(other.Path, error);

        owner.Kill();
        using RocksDatabase found = RocksDatabase.Open(other.Path, Small);
        Assert.Equal([2], found.Get(DbColumn.Safety, [1]));
    }

    [Fact]
    public void A_file_in_place_of_the_directory_is_refused_in_one_line()
    {
        string path = Path.Combine(_directory.Path, "file");
        File.WriteAllText(path, "");

        AssertOneLineNaming(path, Assert.Throws<DbOpenException>(() => RocksDatabase.Open(path, Small)));
    }

    [Fact]
    public void A_damaged_database_is_refused_in_one_line()
    {
        _db.Dispose();
        File.WriteAllText(Path.Combine(_directory.Path, "CURRENT"), "nonsense");

        AssertOneLineNaming(_directory.Path, Assert.Throws<DbOpenException>(() => RocksDatabase.Open(_directory.Path, Small)));
    }

    [Fact]
    public void Another_format_version_is_refused_and_stays_as_it_is()
    {
        Put(DbColumn.Metadata, DatabaseFormat.Key.ToArray(), [0, 0, 0, 200]);
        _db.Dispose();

        for (int i = 0; i < 2; i++)
        {
            DbOpenException error = Assert.Throws<DbOpenException>(() => RocksDatabase.Open(_directory.Path, Small));
            Assert.Contains("format version 200", error.Message, StringComparison.Ordinal);
            AssertOneLineNaming(_directory.Path, error);
        }
    }

    [Fact]
    public void Data_without_a_format_version_is_refused()
    {
        WriteBatch batch = new();
        batch.Delete(DbColumn.Metadata, DatabaseFormat.Key);
        batch.Put(DbColumn.Headers, [1], [1]);
        _db.Write(batch);
        _db.Dispose();

        Assert.Throws<DbOpenException>(() => RocksDatabase.Open(_directory.Path, Small));
    }

    [Fact]
    public void A_column_of_a_later_program_is_refused_by_its_name()
    {
        using TemporaryDirectory other = new();
        RocksDbSharp.ColumnFamilies families = new() { { "Witnesses", new RocksDbSharp.ColumnFamilyOptions() } };
        RocksDbSharp.DbOptions options = new RocksDbSharp.DbOptions().SetCreateIfMissing(true).SetCreateMissingColumnFamilies(true);
        RocksDbSharp.RocksDb.Open(options, other.Path, families).Dispose();

        DbOpenException error = Assert.Throws<DbOpenException>(() => RocksDatabase.Open(other.Path, Small));
        Assert.Contains("'Witnesses'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_while_others_read_ends_their_reads_cleanly()
    {
        Put(DbColumn.Headers, [1], [1]);
        Task[] readers = new Task[4];
        using CountdownEvent reading = new(readers.Length);
        for (int i = 0; i < readers.Length; i++)
        {
            readers[i] = Task.Factory.StartNew(
                () =>
                {
                    bool counted = false;
                    try
                    {
                        while (true)
                        {
                            using IDbSnapshot snapshot = _db.CreateSnapshot();
                            using IDbIterator iterator = snapshot.Iterate(DbColumn.Headers);
                            while (iterator.MoveNext()) Assert.Equal([1], snapshot.Get(DbColumn.Headers, iterator.Key));
                            if (!counted) reading.Signal();
                            counted = true;
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // What the test waits for.
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        reading.Wait();
        _db.Dispose();
        await Task.WhenAll(readers);
    }

    private static void AssertOneLineNaming(string directory, DbOpenException error)
    {
        Assert.Contains(directory, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
