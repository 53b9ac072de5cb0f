using System.Diagnostics.CodeAnalysis;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>The arguments of <c>bpdao bench blocks</c>.</summary>
internal sealed record BenchBlocksOptions
{
    public const string Usage = $"[PATH] [--filter S] {BenchArguments.Usage} [--accounts N] [--blocks N] [--datadir DIR] [--quick] [--json]";

    /// <summary>Engine tests: file, folder or zip; null for none.</summary>
    public string? Payloads { get; init; }

    /// <summary>Only what has this in its name.</summary>
    public string? Filter { get; init; }

    public int Runs { get; init; } = 3;

    public BenchClock Clock { get; init; }

    /// <summary>Of the synthetic chain; zero leaves it out.</summary>
    public int Accounts { get; init; } = 1_000_000;

    /// <summary>Of each load of the synthetic chain.</summary>
    public int Blocks { get; init; } = 20;

    /// <summary>Where the synthetic chain is kept for the next time; null for a temporary directory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Few and small blocks: that it works, not how fast it is.</summary>
    public bool Quick { get; init; }

    /// <summary>A JSON line for every row instead of the table.</summary>
    public bool Json { get; init; }

    public bool Matches(string name) => Filter is null || name.Contains(Filter, StringComparison.Ordinal);

    /// <summary>False with one line that says what is wrong.</summary>
    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out BenchBlocksOptions? options, out string fault)
    {
        bool quick = args.Contains("--quick");
        BenchBlocksOptions read = quick ? new() { Quick = true, Accounts = 10_000, Blocks = 3 } : new();
        BenchArguments arguments = new(args, new TimedRuns { Runs = quick ? 1 : read.Runs }, "--filter", "--accounts", "--blocks", "--datadir");
        while (arguments.TryNext(out string argument, out string value))
        {
            switch (argument)
            {
                case "--quick": break;
                case "--json": read = read with { Json = true }; break;
                case "--filter": read = read with { Filter = value }; break;
                case "--datadir": read = read with { DataDirectory = value }; break;
                case "--blocks" when BenchArguments.TryNumber(value, 1, out int blocks): read = read with { Blocks = blocks }; break;
                case "--blocks": arguments.Refuse($"--blocks takes a number above 0, not '{value}'"); break;
                case "--accounts" when BenchArguments.TryNumber(value, 0, out int accounts) && accounts is 0 or >= SyntheticSize.LeastAccounts:
                    read = read with { Accounts = accounts };
                    break;
                case "--accounts": arguments.Refuse($"--accounts takes 0 or a number from {SyntheticSize.LeastAccounts} on, not '{value}'"); break;
                case not ['-', ..] when read.Payloads is null: read = read with { Payloads = argument }; break;
                default: arguments.RefuseUnknown(argument); break;
            }
        }

        fault = arguments.Fault;
        options = fault.Length == 0 ? read with { Runs = arguments.Runs.Runs, Clock = arguments.Runs.Clock } : null;
        return options is not null;
    }
}
