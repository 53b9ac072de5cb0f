using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using BpDao.Core;

namespace BpDao.Node.Commands.StateTest;

/// <summary>The arguments of <c>bpdao statetest</c>.</summary>
internal sealed record StateTestOptions
{
    public const string Usage = "PATH [--fork F] [--filter S] [--json] [--trace] [--jobs N]";

    /// <summary>File, folder or zip.</summary>
    public required string Path { get; init; }

    /// <summary>Only cases of this fork.</summary>
    public Fork? Fork { get; init; }

    /// <summary>Only cases whose name contains this.</summary>
    public string? Filter { get; init; }

    /// <summary>A JSON line for every case instead of a line for every failure.</summary>
    public bool Json { get; init; }

    /// <summary>EIP-3155 lines on the error stream.</summary>
    public bool Trace { get; init; }

    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>False with one line that says what is wrong.</summary>
    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out StateTestOptions? options, out string fault)
    {
        options = null;
        fault = "";
        StateTestOptions read = new() { Path = "" };
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            bool takesValue = name is "--fork" or "--filter" or "--jobs";
            string? value = takesValue && i + 1 < args.Count ? args[++i] : null;
            if (takesValue && value is null)
            {
                fault = $"{name} needs a value";
                return false;
            }

            switch (name)
            {
                case "--json": read = read with { Json = true }; break;
                case "--trace": read = read with { Trace = true }; break;
                case "--filter": read = read with { Filter = value }; break;
                case "--fork" when ForkNames.TryParse(value!, out Fork fork): read = read with { Fork = fork }; break;
                case "--fork": fault = $"no fork is called '{value}'; there are {ForkNames.All}"; return false;
                case "--jobs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int jobs) && jobs > 0:
                    read = read with { Jobs = jobs };
                    break;
                case "--jobs": fault = $"--jobs takes a number above 0, not '{value}'"; return false;
                case ['-', ..]: fault = $"unknown option '{name}'"; return false;
                case var path when read.Path.Length == 0: read = read with { Path = path }; break;
                default: fault = $"unexpected argument '{name}'"; return false;
            }
        }

        if (read.Path.Length == 0) fault = $"usage: bpdao statetest {Usage}";
        else options = read;
        return options is not null;
    }
}
