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
    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out BenchValidatorsOptions? options, out string fault)
    {
        options = null;
        fault = "";
        BenchValidatorsOptions read = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            bool takesValue = name is "--validators" or "--blocks" or "--transactions" or "--data";
            string? value = takesValue && i + 1 < arguments.Count ? arguments[++i] : null;
            if (takesValue && value is null)
            {
                fault = $"{name} needs a value";
                return false;
            }

            switch (name)
            {
                case "--json": read = read with { Json = true }; break;
                case "--validators" when TimedRunsOptions.TryNumbers(value!, out int[] sizes) && sizes.All(n => n <= MostValidators): read = read with { Validators = sizes }; break;
                case "--validators": fault = $"--validators takes numbers from 1 to {MostValidators} with commas between them, not '{value}'"; return false;
                case "--blocks" when TimedRunsOptions.TryNumber(value!, 1, out int blocks): read = read with { Blocks = blocks }; break;
                case "--blocks": fault = $"--blocks takes a number above 0, not '{value}'"; return false;
                case "--transactions" when TimedRunsOptions.TryNumber(value!, 0, out int transactions): read = read with { Transactions = transactions }; break;
                case "--data" when TimedRunsOptions.TryNumber(value!, 0, out int bytes): read = read with { DataBytes = bytes }; break;
                case "--transactions" or "--data": fault = $"{name} takes a number, not '{value}'"; return false;
                case ['-', ..]: fault = $"unknown option '{name}'"; return false;
                default: fault = $"unexpected argument '{name}'"; return false;
            }
        }

        options = read;
        return true;
    }
}
