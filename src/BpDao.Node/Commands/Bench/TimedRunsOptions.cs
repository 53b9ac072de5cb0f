using System.Globalization;

namespace BpDao.Node.Commands.Bench;

/// <summary>The options that every benchmark has: <c>--runs N</c> and <c>--clock wall|cpu</c>.</summary>
internal static class TimedRunsOptions
{
    public const string Usage = "[--runs N] [--clock wall|cpu]";

    public static bool Has(string name) => name is "--runs" or "--clock";

    /// <summary>False with one line that says what is wrong.</summary>
    /// <param name="name">One that <see cref="Has"/> knows.</param>
    public static bool TryApply(string name, string value, ref TimedRuns runs, out string fault)
    {
        fault = "";
        if (name == "--runs")
        {
            if (TryNumber(value, 1, out int count)) runs = runs with { Runs = count };
            else fault = $"--runs takes a number above 0, not '{value}'";
        }
        else if (value is "wall" or "cpu")
        {
            runs = runs with { Clock = value == "cpu" ? BenchClock.Cpu : BenchClock.Wall };
        }
        else
        {
            fault = $"--clock takes wall or cpu, not '{value}'";
        }

        return fault.Length == 0;
    }

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
}
