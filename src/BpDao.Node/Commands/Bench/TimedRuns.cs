using System.Diagnostics;
using System.Runtime;

namespace BpDao.Node.Commands.Bench;

/// <summary>Which time a measurement counts.</summary>
internal enum BenchClock
{
    /// <summary>What a user waits.</summary>
    Wall,

    /// <summary>What this process spent on all its threads: comparable on a machine that others use too.</summary>
    Cpu,
}

/// <summary>Reads the clock.</summary>
internal static class BenchClocks
{
    /// <summary>Time since some moment of the past; only differences mean anything.</summary>
    public static TimeSpan Now(this BenchClock clock) => clock == BenchClock.Cpu ? Environment.CpuUsage.TotalTime : Stopwatch.GetElapsedTime(0);
}

/// <summary>The smallest, the middle and the largest of some measurements.</summary>
internal readonly record struct Spread(double Min, double Median, double Max)
{
    /// <exception cref="ArgumentException">There is no measurement.</exception>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) throw new ArgumentException("Nothing was measured.", nameof(values));
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    /// <summary>A quantity by the second, from seconds: the longest time gives the lowest rate.</summary>
    public Spread Rate(double quantity) => new(quantity / Max, quantity / Median, quantity / Min);
}

/// <summary>What one benchmark came to.</summary>
/// <param name="Seconds">Of the timed runs.</param>
/// <param name="Runs">How many were timed.</param>
/// <param name="AllocatedBytes">Managed memory one run asked for on its own thread; the least of the timed runs.</param>
internal sealed record Timing(Spread Seconds, int Runs, long AllocatedBytes);

/// <summary>Runs something until its code is compiled for good, then times it.</summary>
internal sealed record TimedRuns
{
    /// <summary>Fewest timed runs; more follow while <see cref="TimedFor"/> is not filled.</summary>
    public int Runs { get; init; } = 5;

    public TimeSpan TimedFor { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Least time of runs that are not counted.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1.5);

    public BenchClock Clock { get; init; }

    /// <summary>The just-in-time compiler replaces hot methods in the background, a tenth of a second after it last had work: when
    /// nothing was compiled for this long, it is done.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.3);

    /// <param name="prepare">Done before each run, not timed; what it makes is the run's.</param>
    /// <param name="run">What is timed.</param>
    public Timing Measure<T>(Func<T> prepare, Action<T> run)
    {
        Stopwatch total = Stopwatch.StartNew();
        TimeSpan lastCompiled = TimeSpan.Zero;
        long compiled = JitInfo.GetCompiledMethodCount();
        do
        {
            run(prepare());
            if (JitInfo.GetCompiledMethodCount() is var now && now == compiled) continue;
            (compiled, lastCompiled) = (now, total.Elapsed);
        }
        while (total.Elapsed < WarmUp || (total.Elapsed - lastCompiled < Quiet && total.Elapsed < 4 * WarmUp));

        GC.Collect();
        GC.WaitForPendingFinalizers();
        List<double> seconds = [];
        long allocated = long.MaxValue;
        total.Restart();
        do
        {
            T prepared = prepare();
            long bytesBefore = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan before = Clock.Now();
            run(prepared);
            seconds.Add((Clock.Now() - before).TotalSeconds);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - bytesBefore);
        }
        while (seconds.Count < Runs || total.Elapsed < TimedFor);
        return new Timing(Spread.Of(seconds), seconds.Count, allocated);
    }
}
