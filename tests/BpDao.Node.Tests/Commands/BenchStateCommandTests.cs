using System.Collections;
using System.Text.Json;
using BpDao.Node.Commands;
using BpDao.Node.Commands.Bench;
using BpDao.Node.Commands.Bench.States;
using Xunit;

namespace BpDao.Node.Tests.Commands;

/// <summary><c>bpdao bench state</c> on small states.</summary>
public sealed class BenchStateCommandTests : IDisposable
{
    private static readonly string[] Operations = ["read", "root", "root, read ahead", "write"];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_operation_is_timed_and_the_state_is_kept_for_the_next_time()
    {
        BenchStateOptions options = new() { Changes = 300, Runs = new TimedRuns { Runs = 2, WarmUp = default, TimedFor = default } };
        for (int time = 0; time < 2; time++)
        {
            List<StateRow> rows = [.. new StateBench(options).Run(_folder, 500, _ => { })];

            Assert.Equal(Operations, rows.Select(r => r.Operation));
            Assert.All(rows, row => Assert.True(row.Each.Min > 0 && row.Accounts == 500 && row.Runs >= 2));
        }

        Assert.Equal(["state-500"], Directory.GetDirectories(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_row_shows_its_growth_against_the_same_operation_before()
    {
        StringWriter text = new(), json = new();
        foreach (StateReport report in (StateReport[])[new StateReport(text, json: false), new StateReport(json, json: true)])
        {
            report.Open();
            report.Add(new StateRow(10, "read", new Spread(1e-6, 2e-6, 3e-6), 5));
            report.Add(new StateRow(10, "root", new Spread(1e-6, 1e-6, 3e-6), 5));
            report.Add(new StateRow(100, "read", new Spread(4e-6, 5e-6, 6e-6), 5));
        }

        string[] lines = text.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.DoesNotContain("×", lines[1] + lines[2], StringComparison.Ordinal);
        Assert.Contains("2.50×", lines[3], StringComparison.Ordinal);
        JsonElement last = JsonDocument.Parse(json.ToString().TrimEnd().Split(Environment.NewLine)[^1]).RootElement;
        Assert.Equal((100, "read"), (last.GetProperty("accounts").GetInt32(), last.GetProperty("operation").GetString()));
        Assert.Equal(2.5, last.GetProperty("growth").GetDouble(), precision: 9);
    }

    [Theory]
    [InlineData("--accounts 1000,0", "--accounts takes numbers above 0 with commas between them, not '1000,0'")]
    [InlineData("--accounts", "--accounts needs a value")]
    [InlineData("--runs none", "--runs takes a number above 0, not 'none'")]
    [InlineData("--clock sun", "--clock takes wall or cpu, not 'sun'")]
    [InlineData("--fast", "unknown option '--fast'")]
    [InlineData("here", "unexpected argument 'here'")]
    public async Task A_wrong_argument_is_one_line(string arguments, string fault)
    {
        StringWriter output = new(), error = new();
        CommandConsole console = new(output, error, TextReader.Null, false, new Hashtable());

        int code = await CommandTable.RunAsync(["bench", "state", .. arguments.Split(' ')], console, CancellationToken.None);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal($"bpdao: {fault}", error.ToString().TrimEnd());
    }
}
