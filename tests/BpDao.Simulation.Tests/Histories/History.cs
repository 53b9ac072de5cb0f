using System.Collections.Concurrent;
using BpDao.Simulation.Tests.Oracles;
using BpDao.Simulation.Tests.Worlds;

namespace BpDao.Simulation.Tests.Histories;

/// <summary>A history in which a theorem did not hold.</summary>
internal sealed record Failure(int Seed, Theorem Theorem, string Fault);

/// <summary>Runs histories over all cores, each from its own seed.</summary>
internal static class History
{
    /// <summary>As many as <c>tools/test</c> runs.</summary>
    public const int Usual = 20_000;

    public static (Trials Trials, IReadOnlyList<Failure> Failures) Run(
        int first, int count, int jobs, Action<Failure>? failed = null, Func<int, WorldPlan>? planOf = null)
    {
        ConcurrentBag<Failure> failures = [];
        Trials sum = new();
        Lock door = new();
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = jobs }, seed =>
        {
            World world = new((planOf ?? WorldPlan.Of)(seed));
            if (world.Run() is { } fault)
            {
                Failure failure = new(seed, world.Witness.Broken!.Value, fault);
                failures.Add(failure);
                failed?.Invoke(failure);
            }

            Trials trials = world.Witness.Count();
            lock (door) sum.Add(trials);
        });
        return (sum, [.. failures.OrderBy(f => f.Seed)]);
    }

    /// <summary>How many histories of a broken protocol pass before one is noticed to be unsafe, and what was seen; null when none is.</summary>
    public static (int Runs, string Fault)? FirstCaught(Func<WorldPlan, WorldPlan> breaking, int most)
    {
        for (int seed = 0; seed < most; seed++)
        {
            World world = new(breaking(WorldPlan.Of(seed)));
            if (world.Run() is { } fault && world.Witness.IsUnsafe) return (seed + 1, $"seed {seed}, {fault}");
        }

        return null;
    }
}
