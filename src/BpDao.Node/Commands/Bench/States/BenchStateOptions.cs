using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BpDao.Node.Commands.Bench.States;

/// <summary>The arguments of <c>bpdao bench state</c>.</summary>
internal sealed record BenchStateOptions
{
    public const string Usage = "[--accounts N,N,…] [--changes N] [--runs N] [--datadir DIR] [--clock wall|cpu] [--json]";

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
        BenchStateOptions read = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            bool takesValue = name is "--accounts" or "--changes" or "--runs" or "--datadir" or "--clock";
            string? value = takesValue && i + 1 < arguments.Count ? arguments[++i] : null;
            if (takesValue && value is null)
            {
                fault = $"{name} needs a value";
                return false;
            }

            switch (name)
            {
                case "--json": read = read with { Json = true }; break;
                case "--datadir": read = read with { DataDirectory = value }; break;
                case "--accounts" when TrySizes(value!, out int[] sizes): read = read with { Accounts = sizes }; break;
                case "--accounts": fault = $"--accounts takes numbers above 0 with commas between them, not '{value}'"; return false;
                case "--changes" when TryNumber(value!, out int changes): read = read with { Changes = changes }; break;
                case "--changes": fault = $"--changes takes a number above 0, not '{value}'"; return false;
                case "--runs" when TryNumber(value!, out int runs): read = read with { Runs = read.Runs with { Runs = runs } }; break;
                case "--runs": fault = $"--runs takes a number above 0, not '{value}'"; return false;
                case "--clock" when value is "wall" or "cpu":
                    read = read with { Runs = read.Runs with { Clock = value == "cpu" ? BenchClock.Cpu : BenchClock.Wall } };
                    break;
                case "--clock": fault = $"--clock takes wall or cpu, not '{value}'"; return false;
                case ['-', ..]: fault = $"unknown option '{name}'"; return false;
                default: fault = $"unexpected argument '{name}'"; return false;
            }
        }

        options = read;
        return true;
    }

    private static bool TrySizes(string text, out int[] sizes)
    {
        string[] parts = text.Split(',');
        sizes = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!TryNumber(parts[i], out sizes[i])) return false;
        }

        return true;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
