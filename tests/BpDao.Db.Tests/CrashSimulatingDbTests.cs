using BpDao.Testing.Db;
using Xunit;

namespace BpDao.Db.Tests;

public sealed class CrashSimulatingDbTests : DbContract
{
    private readonly CrashSimulatingDb _db = new();

    protected override IDb Db => _db;

    public override void Dispose()
    {
        _db.Dispose();
        base.Dispose();
    }

    [Fact]
    public void Kill_spares_unsynced_writes()
    {
        Write(1, sync: true);
        Write(2, sync: false);

        Assert.Equal(new byte[] { 2 }, _db.AfterKill().Get(DbColumn.Safety, [1]));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    public void Power_loss_takes_a_suffix_of_the_unsynced_writes(int surviving, byte found)
    {
        Write(1, sync: false);
        Write(2, sync: true);
        Write(3, sync: false);
        Write(4, sync: false);

        Assert.Equal(new byte[] { found }, _db.AfterPowerLoss(surviving).Get(DbColumn.Safety, [1]));
    }

    [Fact]
    public void Dies_in_front_of_the_chosen_write_and_stays_dead()
    {
        _db.CrashBeforeWrite = 1;
        Write(1, sync: true);

        Assert.Throws<SimulatedCrashException>(() => Write(2, sync: true));
        Assert.Throws<SimulatedCrashException>(() => _db.Get(DbColumn.Safety, [1]));
        Assert.Equal(new byte[] { 1 }, _db.AfterKill().Get(DbColumn.Safety, [1]));
    }

    private void Write(byte value, bool sync)
    {
        WriteBatch batch = new();
        batch.Put(DbColumn.Safety, [1], [value]);
        _db.Write(batch, sync);
    }
}
