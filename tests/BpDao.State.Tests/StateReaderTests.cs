using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.State.Tables;
using Xunit;

namespace BpDao.State.Tests;

public sealed class StateReaderTests : IDisposable
{
    private readonly MemoryDb _db = new();

    public void Dispose() => _db.Dispose();

    [Theory]
    [InlineData(0, "a")]
    [InlineData(4, "a")]
    [InlineData(5, "b")]
    [InlineData(299, "b")]
    [InlineData(300, null)]
    [InlineData(301, "c")]
    public void A_row_is_what_the_next_block_to_change_it_replaced(ulong asOf, string? expected)
    {
        WriteBatch batch = new();
        Replaced(batch, [1], 5, "a");
        Replaced(batch, [1], 300, "b");
        Replaced(batch, [1], 301, "");
        batch.Put(DbColumn.AccountNodes, [1], "c"u8);

        Assert.Equal(expected, Read(batch, asOf, [1]));
    }

    [Fact]
    public void The_past_of_a_longer_path_is_not_that_of_its_beginning()
    {
        WriteBatch batch = new();
        batch.Put(DbColumn.AccountNodes, [1], "now"u8);
        Replaced(batch, [1, 0], 7, "longer");
        Replaced(batch, [1, 0, 0, 0, 0, 0, 0, 0, 0, 7], 7, "much longer");
        Replaced(batch, [1, 15, 15, 15, 15, 15, 15, 15, 15, 15], 7, "last");
        Replaced(batch, [], 7, "shorter");

        Assert.Equal("now", Read(batch, 1, [1]));
        Assert.Equal("longer", Read(batch, 1, [1, 0]));
        Assert.Null(Read(batch, 1, [1, 0, 0]));
    }

    private static void Replaced(WriteBatch batch, byte[] path, ulong byBlock, string before)
    {
        byte[] key = new byte[StateTables.LongestHistoryKey];
        int length = StateTables.WriteHistoryKey(key, path, byBlock);
        batch.Put(DbColumn.AccountNodeHistory, key.AsSpan(0, length), System.Text.Encoding.ASCII.GetBytes(before));
    }

    private string? Read(WriteBatch rows, ulong asOf, byte[] path)
    {
        _db.Write(rows);
        using IDbSnapshot snapshot = _db.CreateSnapshot();
        byte[]? row = new StateReader(snapshot, asOf, [], null).Get(StateTable.AccountNodes, path);
        return row is null ? null : System.Text.Encoding.ASCII.GetString(row);
    }
}
