using System.Diagnostics.CodeAnalysis;

namespace BpDao.Node.Commands.Bench;

/// <summary>The arguments of <c>bpdao bench evm</c>.</summary>
internal sealed record BenchEvmOptions
{
    public const string Usage = $"PATH [--filter S] {BenchArguments.Usage} [--json]";

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
        BenchEvmOptions read = new() { Path = "" };
        BenchArguments arguments = new(args, new TimedRuns(), "--filter");
        while (arguments.TryNext(out string argument, out string value))
        {
            switch (argument)
            {
                case "--json": read = read with { Json = true }; break;
                case "--filter": read = read with { Filter = value }; break;
                case not ['-', ..] when read.Path.Length == 0: read = read with { Path = argument }; break;
                default: arguments.RefuseUnknown(argument); break;
            }
        }

        fault = arguments.Fault.Length == 0 && read.Path.Length == 0 ? $"usage: bpdao bench evm {Usage}" : arguments.Fault;
        options = fault.Length == 0 ? read with { Runs = arguments.Runs } : null;
        return options is not null;
    }
}
