using System.Diagnostics.CodeAnalysis;

namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>The arguments of <c>bpdao bench validators</c>.</summary>
internal sealed record BenchValidatorsOptions
{
    public const string Usage = "[--validators N,N,…] [--blocks N] [--transactions N] [--data BYTES] [--json]";

    private const int MostValidators = 64;

    /// <summary>Numbers of validators, in the order of the rows.</summary>
    public IReadOnlyList<int> Validators { get; init; } = [4, 16, 64];

    /// <summary>Measured with each number. An epoch has 16.</summary>
    public int Blocks { get; init; } = 16;

    /// <summary>In each block.</summary>
    public int Transactions { get; init; }

    /// <summary>Calldata of each of them, in bytes.</summary>
    public int DataBytes { get; init; }

    /// <summary>A JSON line for every row instead of the table.</summary>
    public bool Json { get; init; }

    /// <summary>False with one line that says what is wrong.</summary>
    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out BenchValidatorsOptions? options, out string fault)
    {
        BenchValidatorsOptions read = new();
        BenchArguments arguments = new(args, null, "--validators", "--blocks", "--transactions", "--data");
        while (arguments.TryNext(out string argument, out string value))
        {
            switch (argument)
            {
                case "--json": read = read with { Json = true }; break;
                case "--validators" when BenchArguments.TryNumbers(value, out int[] sizes) && sizes.All(n => n <= MostValidators): read = read with { Validators = sizes }; break;
                case "--validators": arguments.Refuse($"--validators takes numbers from 1 to {MostValidators} with commas between them, not '{value}'"); break;
                case "--blocks" when BenchArguments.TryNumber(value, 1, out int blocks): read = read with { Blocks = blocks }; break;
                case "--blocks": arguments.Refuse($"--blocks takes a number above 0, not '{value}'"); break;
                case "--transactions" when BenchArguments.TryNumber(value, 0, out int transactions): read = read with { Transactions = transactions }; break;
                case "--data" when BenchArguments.TryNumber(value, 0, out int bytes): read = read with { DataBytes = bytes }; break;
                case "--transactions" or "--data": arguments.Refuse($"{argument} takes a number, not '{value}'"); break;
                default: arguments.RefuseUnknown(argument); break;
            }
        }

        fault = arguments.Fault;
        options = fault.Length == 0 ? read : null;
        return options is not null;
    }
}
