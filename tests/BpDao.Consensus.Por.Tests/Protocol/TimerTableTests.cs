using BpDao.Consensus.Por.Protocol;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>min(T0 · 1.5^r, 8 · T0), saturating (protocol rule 4.8).</summary>
public sealed class TimerTableTests
{
    [Theory]
    [InlineData(0u, 1000)]
    [InlineData(1u, 1500)]
    [InlineData(2u, 2250)]
    [InlineData(5u, 7593)]
    [InlineData(6u, 8000)]
    [InlineData(33u, 8000)] // where a shifted timer of another engine overflowed
    [InlineData(uint.MaxValue, 8000)]
    public void Grows_to_the_cap_and_stays(uint round, long milliseconds) =>
        Assert.Equal(milliseconds, new TimerTable(1000, 15_000, 8).MillisecondsOf(round));

    [Fact]
    public void A_factor_of_one_stays_where_it_is()
    {
        TimerTable table = new(400, 10_000, 8);
        Assert.Equal(400, table.MillisecondsOf(0));
        Assert.Equal(400, table.MillisecondsOf(1_000_000));
    }

    [Fact]
    public void The_contract_s_bounds_give_no_negative_or_endless_table()
    {
        foreach (ulong backoff in (ulong[])[10_000, 10_001, 30_000])
        {
            foreach (ulong cap in (ulong[])[1, 64])
            {
                TimerTable table = new(60_000, backoff, cap);
                for (uint round = 0; round < 600; round++) Assert.InRange(table.MillisecondsOf(round), 60_000, (long)(60_000 * cap));
            }
        }
    }

    [Theory]
    [InlineData(4000ul, 2000)]
    [InlineData(1000ul, 500)]
    [InlineData(200ul, 500)]
    public void Says_things_again_after_half_a_round_but_not_more_often_than_twice_a_second(ulong t0, long milliseconds) =>
        Assert.Equal(milliseconds, new TimerTable(t0, 15_000, 8).ResendMilliseconds);
}
