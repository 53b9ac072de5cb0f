using System.Globalization;
using System.Text.Json;

namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>Prints each row as soon as it is measured, with the growth of its messages since the first, by that of N·log2 N.</summary>
internal sealed class ValidatorReport(TextWriter output, bool json)
{
    private ValidatorRow? _first;

    public void Open()
    {
        if (json) return;
        output.WriteLine("of a node and block: messages (growth since the first row by that of N·log N), kB (in messages with a block), CPU ms; gas of transaction 0, of it before execution, executing a plain block");
        output.WriteLine($"{"nodes",5} {"blocks",6} {"failed",6} {"block kB",8} {"messages",8} {"growth",6} {"kB",8} {"in blocks",9} {"CPU ms",7} {"gas",8} {"calldata",8} {"least",8} {"median",8}");
    }

    public void Add(ValidatorRow row)
    {
        double? growth = _first is null ? null : row.GrowthSince(_first);
        _first ??= row;
        output.WriteLine(json ? ToJson(row, growth) : ToText(row, growth));
        output.Flush();
    }

    private static string ToText(ValidatorRow row, double? growth) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Validators,5} {row.Blocks,6} {row.FailedRounds,6} {row.BlockBytes / 1000.0,8:0.0} {row.Messages,8:0.0} {growth,6:0.00} {row.Bytes / 1000,8:0.0} {row.WholeBlocks / 1000,9:0.0} {row.Cpu.TotalMilliseconds,7:0.0} {row.SystemGas.Median,8:0} {row.IntrinsicGas.Median,8:0} {row.PlainGas?.Min,8:0} {row.PlainGas?.Median,8:0}");

    private static string ToJson(ValidatorRow row, double? growth) => JsonSerializer.Serialize(new
    {
        validators = row.Validators,
        blocks = row.Blocks,
        failedRounds = row.FailedRounds,
        blockBytes = row.BlockBytes,
        messages = row.Messages,
        growth,
        bytes = row.Bytes,
        bytesInBlocks = row.WholeBlocks,
        cpuSeconds = row.Cpu.TotalSeconds,
        systemGas = row.SystemGas.Median,
        intrinsicGas = row.IntrinsicGas.Median,
        plainGasLeast = row.PlainGas?.Min,
        plainGasMedian = row.PlainGas?.Median,
    });
}
