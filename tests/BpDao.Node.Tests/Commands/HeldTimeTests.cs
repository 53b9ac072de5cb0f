using BpDao.Node.Commands.Bench.Validators;
using Xunit;

namespace BpDao.Node.Tests.Commands;

public sealed class HeldTimeTests
{
    private readonly HeldTime _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Timers_fire_in_the_order_of_their_times_when_it_is_moved_past_them()
    {
        List<(string Name, long Seconds)> fired = [];
        using ITimer late = Timer("late", 3), early = Timer("early", 1), never = Timer("never", 9), often = Timer("often", 2, every: 2), stopped = Timer("stopped", 2);
        stopped.Dispose();

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([("early", 1), ("often", 2)], fired);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([("early", 1), ("often", 2), ("late", 3), ("often", 4)], fired);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(5), _time.GetUtcNow());

        ITimer Timer(string name, int after, int? every = null) => _time.CreateTimer(
            _ => fired.Add((name, _time.GetUtcNow().ToUnixTimeSeconds())), null, TimeSpan.FromSeconds(after),
            every is { } period ? TimeSpan.FromSeconds(period) : Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public async Task What_is_due_at_once_does_not_wait_until_it_is_moved()
    {
        TaskCompletionSource fired = new();
        await using ITimer timer = _time.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await fired.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }
}
