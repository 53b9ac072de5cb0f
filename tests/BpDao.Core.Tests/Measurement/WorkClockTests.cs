using Xunit;

namespace BpDao.Core.Tests;

/// <summary>Of processor time: what the machine does beside the tests, and waiting, is not counted.</summary>
public sealed class WorkClockTests
{
    public WorkClockTests() => Assert.True(WorkClock.TryStart());

    [Fact]
    public void Work_within_work_is_counted_once()
    {
        (long outer, long inner) = (WorkClock.Of(WorkKind.Build).Nanoseconds, WorkClock.Of(WorkKind.Roots).Nanoseconds);
        using (WorkClock.Begin(WorkKind.Build))
        {
            Toil(100);
            using (WorkClock.Begin(WorkKind.Roots)) Toil(2000);
            Assert.Equal(WorkKind.Build, WorkClock.Current);
            Toil(100);
        }

        outer = WorkClock.Of(WorkKind.Build).Nanoseconds - outer;
        inner = WorkClock.Of(WorkKind.Roots).Nanoseconds - inner;
        Assert.True(outer > 0 && inner > outer, $"outer {outer} ns, inner {inner} ns");
    }

    [Fact]
    public void Waiting_costs_nothing()
    {
        (long waited, long toiled) = (WorkClock.Of(WorkKind.Database).Nanoseconds, WorkClock.Of(WorkKind.Commit).Nanoseconds);
        Thread other = new(() =>
        {
            using WorkScope work = WorkClock.Begin(WorkKind.Commit);
            Toil(5000);
        });
        using (WorkClock.Begin(WorkKind.Database))
        {
            other.Start();
            other.Join();
        }

        waited = WorkClock.Of(WorkKind.Database).Nanoseconds - waited;
        toiled = WorkClock.Of(WorkKind.Commit).Nanoseconds - toiled;
        Assert.True(toiled > waited, $"waited {waited} ns, toiled {toiled} ns");
    }

    [Fact]
    public void Every_beginning_is_counted_and_afterwards_all_is_as_before()
    {
        long begun = WorkClock.Of(WorkKind.Judge).Count;
        WorkKind before = WorkClock.Current;

        for (int i = 0; i < 3; i++)
        {
            using WorkScope work = WorkClock.Begin(WorkKind.Judge);
        }

        Assert.Equal(begun + 3, WorkClock.Of(WorkKind.Judge).Count);
        Assert.Equal(before, WorkClock.Current);
    }

    private static void Toil(int hashes)
    {
        Hash256 hash = default;
        for (int i = 0; i < hashes; i++) hash = Keccak256.Hash(hash.Bytes);
        Assert.False(hash.IsZero);
    }
}
