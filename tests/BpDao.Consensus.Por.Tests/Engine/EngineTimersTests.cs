using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Engine;

public sealed class EngineTimersTests
{
    private static readonly Hash256 A = Keccak256.Hash("A"u8), B = Keccak256.Hash("B"u8);

    [Fact]
    public async Task Two_blocks_ahead_of_the_clock_are_both_judged_when_their_time_comes()
    {
        FakeTimeProvider time = new();
        EngineInbox inbox = new();
        using EngineTimers timers = new(time, inbox);
        Assert.True(timers.TryStartJudge(A, TimeSpan.FromSeconds(2), new ResendDue(1)));
        Assert.True(timers.TryStartJudge(B, TimeSpan.FromSeconds(1), new ResendDue(2)));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([2ul, 1ul], await HeightsAsync(inbox, 2));
    }

    [Fact]
    public void So_many_wait_and_no_more()
    {
        using EngineTimers timers = new(new FakeTimeProvider(), new EngineInbox());
        int waiting = Enumerable.Range(0, 1000).Count(i => timers.TryStartJudge(Keccak256.Hash(BitConverter.GetBytes(i)), TimeSpan.FromSeconds(1), new ResendDue(1)));
        Assert.InRange(waiting, 2, 100);
        timers.StopJudging();
        Assert.True(timers.TryStartJudge(A, TimeSpan.FromSeconds(1), new ResendDue(1)));
    }

    [Fact]
    public void A_clock_that_is_months_behind_does_not_end_the_engine()
    {
        using EngineTimers timers = new(TimeProvider.System, new EngineInbox());
        timers.Start(EngineTimers.Kind.BlockTime, TimeSpan.FromDays(3650), new BlockTimeReached(1, 0));
    }

    private static async Task<List<ulong>> HeightsAsync(EngineInbox inbox, int count)
    {
        List<ulong> heights = [];
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        await foreach (PorEvent e in inbox.ReadAllAsync(deadline.Token))
        {
            heights.Add(((ResendDue)e).Height);
            if (heights.Count == count) break;
        }

        return heights;
    }
}
