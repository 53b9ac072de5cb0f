using BpDao.Db.Memory;
using Xunit;

namespace BpDao.Db.Tests;

public sealed class MemoryDbTests : DbContract
{
    private readonly MemoryDb _db = new();

    protected override IDb Db => _db;

    public override void Dispose()
    {
        _db.Dispose();
        base.Dispose();
    }

    [Fact]
    public void A_copy_goes_its_own_way()
    {
        Put(DbColumn.Headers, [1], [1]);
        using MemoryDb copy = _db.Copy();
        Put(DbColumn.Headers, [2], [2]);

        Assert.True(copy.Contains(DbColumn.Headers, [1]));
        Assert.False(copy.Contains(DbColumn.Headers, [2]));
    }
}
