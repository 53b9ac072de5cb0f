using System.Collections;
using System.Text.Json;
using BpDao.Node.Commands;
using BpDao.Node.Commands.Bench;
using Xunit;

namespace BpDao.Node.Tests.Commands;

/// <summary><c>bpdao bench evm</c> on programs of a few instructions.</summary>
public sealed class BenchEvmCommandTests : IDisposable
{
    /// <summary>PUSH1 2, PUSH1 3, ADD, PUSH1 0, MSTORE, PUSH1 32, PUSH1 0, RETURN: 7 · 3 gas, 3 for a word of memory, 8 instructions.</summary>
    private const string AddAndReturn = "0x600260030160005260206000f3";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_right_program_is_timed()
    {
        Write("sum", gas: 24, result: 5);

        (int code, string output, string errors) = await RunAsync("bench", "evm", _folder, "--json", "--runs", "3");

        Assert.Equal("", errors);
        Assert.Equal(0, code);
        JsonElement line = JsonDocument.Parse(output).RootElement;
        Assert.Equal("sum", line.GetProperty("name").GetString());
        Assert.True(line.GetProperty("ok").GetBoolean());
        Assert.True(line.GetProperty("runs").GetInt32() >= 3);
        double least = line.GetProperty("mgasPerSecondMin").GetDouble(), most = line.GetProperty("mgasPerSecondMax").GetDouble();
        Assert.True(0 < least && least <= line.GetProperty("mgasPerSecondMedian").GetDouble() && line.GetProperty("mgasPerSecondMedian").GetDouble() <= most);
    }

    [Theory]
    [InlineData(23, 5, "used 24 gas, expected 23")]
    [InlineData(24, 6, "returned 0x0000000000000000000000000000000000000000000000000000000000000005, expected")]
    public async Task A_wrong_result_has_no_speed_and_fails_the_run(int gas, int result, string reason)
    {
        Write("sum", gas, result);

        (int code, string output, _) = await RunAsync("bench", "evm", _folder);

        Assert.Equal(1, code);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.Contains("0 right, 1 wrong", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_one_line_that_names_the_file()
    {
        string file = Path.Combine(_folder, "torn.json");
        await File.WriteAllTextAsync(file, """{"name": "torn", "fork": "can""");

        (int code, _, string errors) = await RunAsync("bench", "evm", file);

        Assert.Equal(2, code);
        Assert.Contains(file, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Theory]
    [InlineData]
    [InlineData("nowhere")]
    [InlineData(".", "--runs", "0")]
    [InlineData(".", "--clock", "sun")]
    [InlineData(".", "--filter", "no program is called this")]
    [InlineData(".", "--fast")]
    public async Task Arguments_without_sense_are_refused_in_one_line(params string[] arguments)
    {
        (int code, _, string errors) = await RunAsync(["bench", "evm", .. arguments.Select(a => a == "." ? _folder : a)]);

        Assert.Equal(2, code);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public void The_median_of_an_even_number_lies_between_the_middle_two()
    {
        Assert.Equal(new Spread(1, 2.5, 10), Spread.Of([10, 2, 1, 3]));
        Assert.Equal(new Spread(1, 2, 3), Spread.Of([3, 1, 2]));
        Assert.Equal(new Spread(2, 10, 20), Spread.Of([10, 2, 1]).Rate(20));
    }

    private void Write(string name, int gas, int result) => File.WriteAllText(
        Path.Combine(_folder, name + ".json"),
        $$"""
        {"name": "{{name}}", "fork": "cancun", "sender": "0x1000000000000000000000000000000000000001", "to": "0xc0de000000000000000000000000000000000001",
         "value": "0x0", "gasPrice": "0x0", "frameGasLimit": 100000, "calldata": "0x",
         "pre": {"0xc0de000000000000000000000000000000000001": {"code": "{{AddAndReturn}}", "storage": {} } },
         "expected": {"status": "success", "frameGas": {{gas}}, "refund": 0, "ops": 8, "return": "0x{{result:x64}}"} }
        """);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        StringWriter output = new(), errors = new();
        CommandConsole console = new(output, errors, new StringReader(""), IsTerminal: false, new Hashtable());
        int code = await CommandTable.RunAsync(arguments, console, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
