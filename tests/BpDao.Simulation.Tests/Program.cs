using System.Globalization;
using BpDao.Simulation.Tests.Histories;
using BpDao.Simulation.Tests.Oracles;
using BpDao.Simulation.Tests.States;
using BpDao.Simulation.Tests.Twins;
using BpDao.Simulation.Tests.Worlds;

namespace BpDao.Simulation.Tests;

/// <summary><c>tools/simulate</c>: the long runs, outside of the test runner.</summary>
internal static class Program
{
    private const int Portion = 10_000;

    private const string Usage = """
        tools/simulate --schedules N [--first SEED] [--jobs J] [--forging]
                                                                 N random histories; the rate and every failing seed are printed; with --forging one of the
                                                                 four puts together what others signed in other ways
        tools/simulate --seed S [--forging]                      one of them, and what went wrong in it
        tools/simulate --twins [--rounds 4] [--phases] [--shard I/N] [--jobs J]
                                                                 all scenarios with one key of four on two machines; --phases cuts inside rounds too
        tools/simulate --states ROUNDS [--most N]                every reachable state of one height
        """;

    public static int Main(string[] args)
    {
        int jobs = (int)(Number(args, "--jobs") ?? Environment.ProcessorCount);
        Func<int, WorldPlan> planOf = args.Contains("--forging") ? WorldPlan.OfForger : WorldPlan.Of;
        if (Number(args, "--seed") is { } seed) return One((int)seed, planOf);
        if (Number(args, "--schedules") is { } count) return Many((int)(Number(args, "--first") ?? 0), (int)count, jobs, planOf);
        if (args.Contains("--twins")) return AllTwins((int)(Number(args, "--rounds") ?? 4), args.Contains("--phases"), Text(args, "--shard") ?? "0/1", jobs);
        if (Number(args, "--states") is { } rounds and > 0 and <= 4) return States((int)rounds, Number(args, "--most") ?? long.MaxValue);
        Console.Error.WriteLine(Usage);
        return 2;
    }

    private static int One(int seed, Func<int, WorldPlan> planOf)
    {
        World world = new(planOf(seed));
        string? fault = world.Run();
        Console.WriteLine($"seed {seed}: {fault ?? "good"}; {world.Witness.Count()}");
        foreach (SimulatedNode node in world.Nodes)
        {
            string part = node.Safety is { } safety ? $"record {safety.Condition} of height {safety.Record.Height}, takes part from {safety.TakesPartFrom?.ToString(CultureInfo.InvariantCulture) ?? "?"}" : "never began";
            Console.WriteLine($"node {node.Index} of slot {node.Slot}: {(node.IsUp ? "up" : "down")}, {node.Committed} blocks, round {node.Protocol.Round}, {part}");
        }

        return fault is null ? 0 : 1;
    }

    private static int Many(int first, int count, int jobs, Func<int, WorldPlan> planOf)
    {
        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        Trials trials = new();
        int failed = 0;
        double seconds = 0;
        // Portion by portion: whoever stops a long run knows where to go on with --first.
        for (int done = 0; done < count;)
        {
            int portion = Math.Min(Portion, count - done);
            (Trials more, IReadOnlyList<Failure> failures) = History.Run(
                first + done, portion, jobs, failure => Console.WriteLine($"seed {failure.Seed}: {failure.Fault}"), planOf);
            trials.Add(more);
            failed += failures.Count;
            done += portion;
            seconds = clock.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine($"seeds {first} to {first + done - 1}: {failed} failed, {done / seconds:0} histories a second");
        }

        Console.WriteLine($"seeds {first} to {first + count - 1}: {trials}");
        Console.WriteLine($"{seconds:0} s on {jobs} threads: {count / seconds:0} histories and {trials.Steps / seconds:0} steps a second; {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static int AllTwins(int rounds, bool phases, string shard, int jobs)
    {
        string[] parts = shard.Split('/');
        if (parts.Length != 2 || !int.TryParse(parts[0], out int index) || !int.TryParse(parts[1], out int of) || index < 0 || index >= of)
        {
            Console.Error.WriteLine($"tools/simulate: --shard {shard} is not I/N with 0 <= I < N");
            return 2;
        }

        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp(), played = 0, failed = 0;
        IEnumerable<TwinsScenario> scenarios = TwinsScenario.All(rounds, phases).Where((_, i) => i % of == index);
        Parallel.ForEach(scenarios, new ParallelOptions { MaxDegreeOfParallelism = jobs }, scenario =>
        {
            if (new TwinsRun(scenario).Run() is { } fault)
            {
                Interlocked.Increment(ref failed);
                Console.WriteLine($"{scenario}: {fault}");
            }

            long done = Interlocked.Increment(ref played);
            if (done % 100_000 == 0) Console.WriteLine($"{done} scenarios, {done / clock.GetElapsedTime(began).TotalSeconds:0} a second");
        });
        Console.WriteLine($"{played} scenarios of {rounds} rounds{(phases ? ", a cut a phase" : "")}, shard {shard}, in {clock.GetElapsedTime(began).TotalSeconds:0} s; {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static int States(int rounds, long most)
    {
        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        StateChecker checker = new(rounds, Mutation.None);
        bool isComplete = checker.Run(most);
        double seconds = clock.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine($"{rounds} rounds: {checker.States} states{(isComplete ? "" : " (not all)")}, {checker.Transitions} steps, {checker.States / seconds:0} states a second; {checker.Fault ?? "agreement and no framing in every state"}");
        return checker.Fault is null ? 0 : 1;
    }

    private static string? Text(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    private static long? Number(string[] args, string name) =>
        long.TryParse(Text(args, name), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}
