using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BpDao.Node.Commands.Conformance;

/// <summary>The arguments of the commands that run official tests.</summary>
internal sealed record ConformanceOptions
{
    public const string Usage = "PATH [--fork F] [--filter S] [--shard I/N] [--jobs N] [--json]";

    /// <summary>File, folder or zip.</summary>
    public required string Path { get; init; }

    public TestSelection Selection { get; init; } = TestSelection.All;

    /// <summary>A JSON line for every case instead of a line for every one that did not pass.</summary>
    public bool Json { get; init; }

    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>EIP-3155 lines on the error stream.</summary>
    public bool Trace { get; init; }

    /// <summary>Those lines hold what calls returned.</summary>
    public bool TraceReturnData { get; init; } = true;

    /// <summary>False with one line that says what is wrong.</summary>
    /// <param name="command">Whose arguments they are.</param>
    public static bool TryParse(
        ConformanceCommand command, IReadOnlyList<string> args, [NotNullWhen(true)] out ConformanceOptions? options, [NotNullWhen(false)] out string? fault)
    {
        ConformanceOptions read = new() { Path = "" };
        fault = null;
        for (int i = 0; i < args.Count && fault is null; i++)
        {
            string name = args[i];
            switch (name)
            {
                case "--json": read = read with { Json = true }; break;
                case "--trace" when command.Traces: read = read with { Trace = true }; break;
                case "--trace.format=json" or "--trace.nomemory=true" when command.Traces: break; // as goevmlab calls geth; it is so anyway
                case "--trace.noreturndata=true" when command.Traces: read = read with { TraceReturnData = false }; break;
                case "--fork" or "--filter" or "--shard" or "--jobs" when i + 1 == args.Count: fault = $"{name} needs a value"; break;
                case "--fork" or "--filter" or "--shard" or "--jobs": fault = ReadValue(command, name, args[++i], ref read); break;
                case ['-', ..]: fault = $"unknown option '{name}'"; break;
                case var path when read.Path.Length == 0: read = read with { Path = path }; break;
                default: fault = $"unexpected argument '{name}'"; break;
            }
        }

        if (fault is null && read.Path.Length == 0) fault = $"usage: bpdao {command.Name} {command.Usage}";
        options = fault is null ? read : null;
        return options is not null;
    }

    private static string? ReadValue(ConformanceCommand command, string name, string value, ref ConformanceOptions read)
    {
        TestSelection selection = read.Selection;
        switch (name)
        {
            case "--fork" when command.KnowsFork(value): read = read with { Selection = selection with { Fork = value } }; return null;
            case "--fork": return $"no fork is called '{value}'; there are {ForkNames.All}";
            case "--filter": read = read with { Selection = selection with { Filter = value } }; return null;
            case "--shard" when TestShard.TryParse(value, out TestShard shard): read = read with { Selection = selection with { Shard = shard } }; return null;
            case "--shard": return $"--shard takes I/N with I from 1 to N, not '{value}'";
            case "--jobs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int jobs) && jobs > 0:
                read = read with { Jobs = jobs };
                return null;
            default: return $"--jobs takes a number above 0, not '{value}'";
        }
    }
}
