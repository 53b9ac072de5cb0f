using System.Diagnostics.CodeAnalysis;

namespace BpDao.Node.Commands.Bench.States;

/// <summary>The arguments of <c>bpdao bench state</c>.</summary>
internal sealed record BenchStateOptions
{
    public const string Usage = $"[--accounts N,N,…] [--changes N] {BenchArguments.Usage} [--datadir DIR] [--json]";

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
    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out BenchStateOptions? options, out string fault)
    {
        BenchStateOptions read = new();
        BenchArguments arguments = new(args, read.Runs, "--accounts", "--changes", "--datadir");
        while (arguments.TryNext(out string argument, out string value))
        {
            switch (argument)
            {
                case "--json": read = read with { Json = true }; break;
                case "--datadir": read = read with { DataDirectory = value }; break;
                case "--accounts" when BenchArguments.TryNumbers(value, out int[] sizes): read = read with { Accounts = sizes }; break;
                case "--accounts": arguments.Refuse($"--accounts takes numbers above 0 with commas between them, not '{value}'"); break;
                case "--changes" when BenchArguments.TryNumber(value, 1, out int changes): read = read with { Changes = changes }; break;
                case "--changes": arguments.Refuse($"--changes takes a number above 0, not '{value}'"); break;
                default: arguments.RefuseUnknown(argument); break;
            }
        }

        fault = arguments.Fault;
        options = fault.Length == 0 ? read with { Runs = arguments.Runs } : null;
        return options is not null;
    }
}
