using System.Diagnostics.CodeAnalysis;

namespace BpDao.Node.Commands.Bench.States;

/// <summary>The arguments of <c>bpdao bench state</c>.</summary>
internal sealed record BenchStateOptions
{
    public const string Usage = $"[--accounts N,N,…] [--changes N] {TimedRunsOptions.Usage} [--datadir DIR] [--json]";

    /// <summary>Sizes of the state, in the order of the rows.</summary>
    public IReadOnlyList<int> Accounts { get; init; } = [1_000, 100_000, 1_000_000];

    /// <summary>Accounts that a block changes; of a state that has fewer, all.</summary>
    public int Changes { get; init; } = 1_000;

    public TimedRuns Runs { get; init; } = new();

    /// <summary>Where the databases are kept for the next time; null for a temporary directory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A JSON line for every row instead of the table.</summary>
    public bool Json { get; init; }

    /// <summary>False with one line that says what is wrong.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out BenchStateOptions? options, out string fault)
    {
        options = null;
        fault = "";
        TimedRuns runs = new();
        BenchStateOptions read = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            bool takesValue = name is "--accounts" or "--changes" or "--datadir" || TimedRunsOptions.Has(name);
            string? value = takesValue && i + 1 < arguments.Count ? arguments[++i] : null;
            if (takesValue && value is null)
            {
                fault = $"{name} needs a value";
                return false;
            }

            if (TimedRunsOptions.Has(name))
            {
                if (!TimedRunsOptions.TryApply(name, value!, ref runs, out fault)) return false;
                continue;
            }

            switch (name)
            {
                case "--json": read = read with { Json = true }; break;
                case "--datadir": read = read with { DataDirectory = value }; break;
                case "--accounts" when TimedRunsOptions.TryNumbers(value!, out int[] sizes): read = read with { Accounts = sizes }; break;
                case "--accounts": fault = $"--accounts takes numbers above 0 with commas between them, not '{value}'"; return false;
                case "--changes" when TimedRunsOptions.TryNumber(value!, 1, out int changes): read = read with { Changes = changes }; break;
                case "--changes": fault = $"--changes takes a number above 0, not '{value}'"; return false;
                case ['-', ..]: fault = $"unknown option '{name}'"; return false;
                default: fault = $"unexpected argument '{name}'"; return false;
            }
        }

        options = read with { Runs = runs };
        return true;
    }
}
