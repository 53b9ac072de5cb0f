using System.Diagnostics;
using BpDao.Core;
using BpDao.State;

namespace BpDao.Node.Commands.Bench.States;

/// <summary>One operation on a state of one size.</summary>
/// <param name="Each">Time for each account, in seconds.</param>
internal sealed record StateRow(int Accounts, string Operation, Spread Each, int Runs);

/// <summary>Times what a state is asked for while blocks are processed.</summary>
internal sealed class StateBench(BenchStateOptions options)
{
    private const int MostReads = 10_000;

    /// <summary>Seconds it took to make or open the database are told to <paramref name="note"/>.</summary>
    public IEnumerable<StateRow> Run(string directory, int accounts, Action<string> note)
    {
        Stopwatch setUp = Stopwatch.StartNew();
        using PopulatedState state = PopulatedState.Open(Path.Combine(directory, $"state-{accounts}"), accounts);
        note($"{accounts} accounts are there after {setUp.Elapsed.TotalSeconds:F1} s");

        int changes = Math.Min(options.Changes, accounts);
        int reads = Math.Min(MostReads, accounts);
        yield return Row(accounts, "read", reads, Read(state, reads));
        yield return Row(accounts, "root", changes, Root(state, readAhead: false));
        yield return Row(accounts, "root, read ahead", changes, Root(state, readAhead: true));
        yield return Row(accounts, "write", changes, Write(state));
    }

    private static StateRow Row(int accounts, string operation, int count, Timing timing)
    {
        Spread run = timing.Seconds;
        return new StateRow(accounts, operation, new Spread(run.Min / count, run.Median / count, run.Max / count), timing.Runs);
    }

    /// <summary>Accounts at random, each once: a view remembers what it has read.</summary>
    private Timing Read(PopulatedState state, int count) => options.Runs.Measure(
        () => state.DifferentAccounts(count),
        addresses =>
        {
            using StateView view = state.OpenHead();
            foreach (Address address in addresses) view.TryGetAccount(address, out _);
        });

    /// <summary>The root after a block, as its last step: what it changes was read by its execution.</summary>
    private Timing Root(PopulatedState state, bool readAhead)
    {
        StateView? last = null;
        try
        {
            return options.Runs.Measure(
                () =>
                {
                    last?.Dispose();
                    last = state.OpenHead();
                    StateDiff diff = state.Payments(last, options.Changes);
                    if (readAhead) ReadAhead(last, diff);
                    return (View: last, Diff: diff);
                },
                block => StateStore.Compute(block.View, block.Diff));
        }
        finally
        {
            last?.Dispose();
        }
    }

    private static void ReadAhead(StateView view, StateDiff diff)
    {
        using StatePrefetch prefetch = new(view, Environment.ProcessorCount);
        foreach (Address address in diff.Accounts.Keys) prefetch.Account(address);
        prefetch.Wait();
    }

    /// <summary>A block's change onto the disk, with the way back.</summary>
    private Timing Write(PopulatedState state) => options.Runs.Measure(
        () =>
        {
            using StateView view = state.OpenHead();
            return StateStore.Compute(view, state.Payments(view, options.Changes));
        },
        state.Write);
}
