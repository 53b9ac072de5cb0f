using System.Collections;
using System.Text.Json;
using BpDao.Node.Commands;
using BpDao.Node.Commands.Bench;
using BpDao.Node.Commands.Bench.Validators;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Node.Tests.Commands;

/// <summary><c>bpdao bench validators</c>: whole nodes in one process, few blocks. What a block costs each of them as the bench grows.</summary>
[Collection(nameof(Validators.Devnet))]
public sealed class BenchValidatorsCommandTests(ITestOutputHelper output)
{
    // Reading one slot of each validator would cost 2,100 more for each.
    private const int GasOfValidator = 1_000;

    [Fact]
    public async Task L5_Bandwidth_messages_of_real_nodes_grow_no_faster_than_N_log_N_and_the_gas_of_beginBlock_hardly_at_all()
    {
        ValidatorBench bench = new(new BenchValidatorsOptions { Blocks = 8 }, NullLoggerFactory.Instance);
        ValidatorRow four = await bench.RunAsync(4, CancellationToken.None), sixteen = await bench.RunAsync(16, CancellationToken.None);
        foreach (ValidatorRow row in (ValidatorRow[])[four, sixteen])
        {
            output.WriteLine(row.ToString());
            Assert.Equal((8, 0ul), (row.Blocks, row.FailedRounds));
            // Two votes of each other validator, and the block.
            Assert.True(row.Messages > 2 * (row.Validators - 1) && row.WholeBlocks > row.BlockBytes && row.Bytes > row.WholeBlocks);
        }

        Assert.InRange(sixteen.GrowthSince(four)!.Value, 0, 1);
        Assert.True(sixteen.IntrinsicGas.Median > four.IntrinsicGas.Median);
        double gas = four.PlainGas!.Value.Min;
        Assert.InRange(sixteen.PlainGas!.Value.Min, gas / 2, gas + ((16 - 4) * GasOfValidator));
    }

    [Fact]
    public async Task A_load_fills_the_blocks_and_a_row_can_be_read_by_programs()
    {
        StringWriter json = new();
        BenchValidatorsOptions options = new() { Blocks = 2, Transactions = 3, DataBytes = 5_000 };
        ValidatorRow row = await new ValidatorBench(options, NullLoggerFactory.Instance).RunAsync(2, CancellationToken.None);
        ValidatorReport report = new(json, json: true);
        report.Open();
        report.Add(row);

        JsonElement read = JsonDocument.Parse(json.ToString()).RootElement;
        Assert.Equal((2, 2), (read.GetProperty("validators").GetInt32(), read.GetProperty("blocks").GetInt32()));
        Assert.InRange(read.GetProperty("blockBytes").GetInt64(), 15_000, 20_000);
    }

    [Fact]
    public void A_row_shows_its_growth_against_the_first()
    {
        StringWriter text = new();
        ValidatorReport report = new(text, json: false);
        report.Open();
        report.Add(Row(4, 20));
        report.Add(Row(16, 120));

        Assert.Contains(" 0.75 ", text.ToString().TrimEnd().Split(Environment.NewLine)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--validators 4,65", "--validators takes numbers from 1 to 64 with commas between them, not '4,65'")]
    [InlineData("--validators", "--validators needs a value")]
    [InlineData("--blocks 0", "--blocks takes a number above 0, not '0'")]
    [InlineData("--data much", "--data takes a number, not 'much'")]
    [InlineData("--fast", "unknown option '--fast'")]
    [InlineData("here", "unexpected argument 'here'")]
    public async Task A_wrong_argument_is_one_line(string arguments, string fault)
    {
        StringWriter error = new();
        CommandConsole console = new(new StringWriter(), error, TextReader.Null, false, new Hashtable());

        int code = await CommandTable.RunAsync(["bench", "validators", .. arguments.Split(' ')], console, CancellationToken.None);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal($"bpdao: {fault}", error.ToString().TrimEnd());
    }

    private static ValidatorRow Row(int validators, double messages) => new()
    {
        Validators = validators,
        Blocks = 1,
        FailedRounds = 0,
        BlockBytes = 1_000,
        Messages = messages,
        Bytes = 1_000,
        WholeBlocks = 1_000,
        Cpu = TimeSpan.FromMilliseconds(1),
        SystemGas = Spread.Of([1]),
        IntrinsicGas = Spread.Of([1]),
        PlainGas = null,
    };
}
