using System.Diagnostics;

namespace BpDao.CrossCheck;

/// <summary>Runs programs on both sides and counts where they part.</summary>
internal sealed class Comparison(Options options, TextWriter output)
{
    private const int BatchSize = 250;

    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly SortedDictionary<string, long> _kinds = [];
    private ulong _next = options.Seed;
    private ulong _done;
    private ulong _differ;

    /// <returns>How many programs differ.</returns>
    public async Task<ulong> RunAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, options.Jobs).Select(_ => Task.Run(WorkAsync)));
        output.WriteLine(string.Join(", ", _kinds.Select(k => $"{k.Key} {k.Value}")));
        output.WriteLine($"{_done - _differ} agreed, {_differ} differed, seeds {options.Seed} to {options.Seed + options.Programs - 1}, {_clock.Elapsed.TotalSeconds:F0} s");
        return _differ;
    }

    private async Task WorkAsync()
    {
        using Peer peer = Peer.Start();
        OwnEvm own = new();
        while (TakeBatch() is { Count: > 0 } cases)
        {
            int i = 0;
            await foreach (string theirs in peer.OutcomesAsync(cases))
            {
                ProgramCase program = cases[i++];
                Judge(program, own.Outcome(program, options.Control ? CaseForks.Before(program.Fork) : program.Fork), theirs);
            }
        }
    }

    private List<ProgramCase> TakeBatch()
    {
        ulong first, end;
        lock (_lock)
        {
            first = _next;
            end = _next = Math.Min(first + BatchSize, options.Seed + options.Programs);
        }

        List<ProgramCase> cases = [];
        for (ulong seed = first; seed < end; seed++) cases.Add(CaseGenerator.Make(seed, options.Fork));
        return cases;
    }

    private void Judge(ProgramCase program, string ours, string theirs)
    {
        string kind = ours.Split(' ')[0];
        bool same = ours == theirs || (kind == "refused" && theirs.StartsWith("refused ", StringComparison.Ordinal));
        lock (_lock)
        {
            _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
            _done++;
            if (!same) _differ++;
            if (!same || options.Show)
            {
                output.WriteLine($"seed {program.Seed} {program.Fork} {(same ? "agrees" : "DIFFERS")}\n  ours   {Excerpt(ours, theirs)}\n  theirs {Excerpt(theirs, ours)}");
                if (options.Show) output.WriteLine($"  case   {program.ToJson()}");
            }

            if (_done % 10_000 == 0) output.WriteLine($"{_done} programs, {_differ} differ, {_done / _clock.Elapsed.TotalSeconds:F0}/s");
        }
    }

    /// <summary>All of it when asked to show, else the beginning and the place where the two part.</summary>
    private string Excerpt(string text, string other)
    {
        const int Length = 120;
        if (options.Show || text.Length <= 2 * Length) return text;
        int parting = text.AsSpan().CommonPrefixLength(other);
        int from = Math.Max(0, parting - Length / 2);
        string start = from > Length / 2 ? text[..(Length / 2)] + " … " : text[..from];
        return start + text[from..Math.Min(text.Length, parting + Length)];
    }
}
