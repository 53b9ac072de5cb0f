using System.Globalization;
using BpDao.Simulation.Tests.Histories;
using BpDao.Simulation.Tests.Oracles;
using BpDao.Simulation.Tests.Worlds;

namespace BpDao.Simulation.Tests;

/// <summary><c>tools/simulate</c>: the long runs, outside of the test runner.</summary>
internal static class Program
{
    private const string Usage = """
        tools/simulate --schedules N [--first SEED] [--jobs J]   N random histories; the rate and every failing seed are printed
        tools/simulate --seed S                                  one of them, and what went wrong in it
        tools/simulate --cheats N [--first SEED]                 N histories in which half of the weight cheats: who is convicted
        """;

    public static int Main(string[] args)
    {
        if (Number(args, "--seed") is { } seed) return One((int)seed);
        if (Number(args, "--schedules") is { } count) return Many((int)(Number(args, "--first") ?? 0), (int)count, (int)(Number(args, "--jobs") ?? Environment.ProcessorCount));
        Console.Error.WriteLine(Usage);
        return 2;
    }

    private static int One(int seed)
    {
        World world = new(WorldPlan.Of(seed));
        string? fault = world.Run();
        Console.WriteLine($"seed {seed}: {fault ?? "good"}; {world.Witness.Count()}");
        return fault is null ? 0 : 1;
    }

    private static int Many(int first, int count, int jobs)
    {
        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        (Trials trials, IReadOnlyList<Failure> failures) = History.Run(first, count, jobs, done =>
        {
            if (done % 10_000 == 0) Console.WriteLine($"{done} histories, {done / clock.GetElapsedTime(began).TotalSeconds:0} a second");
        });
        double seconds = clock.GetElapsedTime(began).TotalSeconds;
        foreach (Failure failure in failures) Console.WriteLine($"seed {failure.Seed}: {failure.Fault}");
        Console.WriteLine($"seeds {first} to {first + count - 1}: {trials}");
        Console.WriteLine($"{seconds:0} s on {jobs} threads: {count / seconds:0} histories and {trials.Steps / seconds:0} steps a second; {failures.Count} failed");
        return failures.Count == 0 ? 0 : 1;
    }

    private static long? Number(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length && long.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
    }
}
