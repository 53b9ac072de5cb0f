using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BpDao.Node.Commands.Bench;

/// <summary>The arguments of <c>bpdao bench evm</c>.</summary>
internal sealed record BenchEvmOptions
{
    public const string Usage = "PATH [--filter S] [--runs N] [--clock wall|cpu] [--json]";

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
        BenchEvmOptions read = new() { Path = "" };
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            bool takesValue = name is "--filter" or "--runs" or "--clock";
            string? value = takesValue && i + 1 < args.Count ? args[++i] : null;
            if (takesValue && value is null)
            {
                fault = $"{name} needs a value";
                return false;
            }

            switch (name)
            {
                case "--json": read = read with { Json = true }; break;
                case "--filter": read = read with { Filter = value }; break;
                case "--runs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int runs) && runs > 0:
                    read = read with { Runs = read.Runs with { Runs = runs } };
                    break;
                case "--runs": fault = $"--runs takes a number above 0, not '{value}'"; return false;
                case "--clock" when value is "wall" or "cpu":
                    read = read with { Runs = read.Runs with { Clock = value == "cpu" ? BenchClock.Cpu : BenchClock.Wall } };
                    break;
                case "--clock": fault = $"--clock takes wall or cpu, not '{value}'"; return false;
                case ['-', ..]: fault = $"unknown option '{name}'"; return false;
                case var path when read.Path.Length == 0: read = read with { Path = path }; break;
                default: fault = $"unexpected argument '{name}'"; return false;
            }
        }

        if (read.Path.Length == 0) fault = $"usage: bpdao bench evm {Usage}";
        else options = read;
        return options is not null;
    }
}
