using BpDao.Consensus.Por.Epochs;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Epochs;

public sealed class EpochClockTests
{
    // Epochs were longer before: 129 began epoch 2 and the clock with it.
    private static readonly EpochClock Clock = new(FirstHeight: 129, FirstEpoch: 2, Length: 16);

    [Theory]
    [InlineData(129, 2)]
    [InlineData(144, 2)]
    [InlineData(145, 3)]
    [InlineData(161, 4)]
    public void Where_the_clock_runs_a_height_is_of_one_epoch(ulong height, ulong epoch)
    {
        Assert.Equal(epoch, Clock.EpochOf(height));
        for (ulong named = 0; named < 6; named++) Assert.Equal(named == epoch, Clock.CanBeOf(height, named));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(128)]
    public void Below_its_start_a_height_is_of_an_epoch_before_its_own(ulong height)
    {
        for (ulong named = 0; named < 6; named++) Assert.Equal(named < 2, Clock.CanBeOf(height, named));
    }

    [Fact]
    public void Nothing_is_below_the_clock_of_genesis()
    {
        Assert.True(EpochClock.Default.CanBeOf(64, 0));
        Assert.False(EpochClock.Default.CanBeOf(65, 0));
        Assert.True(EpochClock.Default.CanBeOf(65, 1));
    }
}
