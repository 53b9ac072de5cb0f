using System.Globalization;

namespace BpDao.Node.Commands.Bench;

/// <summary>Goes through the arguments of a benchmark: keeps the options of those that time runs, <c>--runs N</c> and <c>--clock wall|cpu</c>, and hands out
/// the others.</summary>
/// <param name="runs">What is not said stays as it is here; null where nothing is timed by runs.</param>
/// <param name="valued">The options of this benchmark that take a value.</param>
internal sealed class BenchArguments(IReadOnlyList<string> arguments, TimedRuns? runs, params string[] valued)
{
    public const string Usage = "[--runs N] [--clock wall|cpu]";

    private int _next;

    public TimedRuns Runs { get; private set; } = runs ?? new();

    /// <summary>What is wrong in one line; empty while nothing is.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>The next argument that is not common to all; false at the end, and at the first fault.</summary>
    /// <param name="value">Empty for an argument that takes none.</param>
    public bool TryNext(out string argument, out string value)
    {
        while (Fault.Length == 0 && _next < arguments.Count)
        {
            (argument, value) = (arguments[_next++], "");
            bool isCommon = runs is not null && argument is "--runs" or "--clock";
            if (!isCommon && !valued.Contains(argument)) return true;
            if (_next == arguments.Count)
            {
                Fault = $"{argument} needs a value";
                break;
            }

            value = arguments[_next++];
            if (!isCommon) return true;
            Apply(argument, value);
        }

        (argument, value) = ("", "");
        return false;
    }

    public void Refuse(string fault) => Fault = fault;

    public void RefuseUnknown(string argument) => Refuse(argument is ['-', ..] ? $"unknown option '{argument}'" : $"unexpected argument '{argument}'");

    public static bool TryNumber(string text, int least, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least;

    /// <summary>Numbers above zero with commas between them.</summary>
    public static bool TryNumbers(string text, out int[] numbers)
    {
        string[] parts = text.Split(',');
        numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!TryNumber(parts[i], 1, out numbers[i])) return false;
        }

        return true;
    }

    private void Apply(string name, string value)
    {
        if (name == "--runs" && TryNumber(value, 1, out int count)) Runs = Runs with { Runs = count };
        else if (name == "--clock" && value is "wall" or "cpu") Runs = Runs with { Clock = value == "cpu" ? BenchClock.Cpu : BenchClock.Wall };
        else Refuse(name == "--runs" ? $"--runs takes a number above 0, not '{value}'" : $"--clock takes wall or cpu, not '{value}'");
    }
}
