using System.Diagnostics.CodeAnalysis;

namespace BpDao.Node.Commands.Bench;

/// <summary>The arguments of <c>bpdao bench evm</c>.</summary>
internal sealed record BenchEvmOptions
{
    public const string Usage = $"PATH [--filter S] {TimedRunsOptions.Usage} [--json]";

    /// <summary>A program, or a folder of programs.</summary>
    public required string Path { get; init; }

    /// <summary>Only programs whose name contains this.</summary>
    public string? Filter { get; init; }

    public TimedRuns Runs { get; init; } = new();

    /// <summary>A JSON line for every program instead of a table.</summary>
    public bool Json { get; init; }

    /// <summary>False with one line that says what is wrong.</summary>
    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out BenchEvmOptions? options, out string fault)
    {
        options = null;
        fault = "";
        TimedRuns runs = new();
        BenchEvmOptions read = new() { Path = "" };
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            bool takesValue = name == "--filter" || TimedRunsOptions.Has(name);
            string? value = takesValue && i + 1 < args.Count ? args[++i] : null;
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
                case "--filter": read = read with { Filter = value }; break;
                case ['-', ..]: fault = $"unknown option '{name}'"; return false;
                case var path when read.Path.Length == 0: read = read with { Path = path }; break;
                default: fault = $"unexpected argument '{name}'"; return false;
            }
        }

        if (read.Path.Length == 0) fault = $"usage: bpdao bench evm {Usage}";
        else options = read with { Runs = runs };
        return options is not null;
    }
}
