using System.Collections;
using System.Text.Json;
using BpDao.Node.Commands;
using BpDao.Testing;
using Xunit;

namespace BpDao.Node.Tests.Commands;

/// <summary><c>bpdao bench blocks</c> in its smallest size.</summary>
public sealed class BenchBlocksCommandTests : IDisposable
{
    private const string Archive = "engine-eest-benchmark-v0.0.7.zip";
    private const string EmptyBlocks = "blockchain_tests_engine/benchmark/compute/scenario/transaction_types/empty_block.json";
    private const string Jumps = "blockchain_tests_engine/benchmark/compute/instruction/control_flow/jumps.json";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Transfers_are_imported_and_the_chain_is_kept_for_the_next_time()
    {
        string[] arguments = ["bench", "blocks", "--quick", "--accounts", "1000", "--datadir", _folder, "--json"];

        (int code, string output, string notes) = await RunAsync(arguments);
        (int again, _, string notesAgain) = await RunAsync(arguments);

        Assert.Equal((0, 0), (code, again));
        Assert.Contains("creating 1000 accounts", notes, StringComparison.Ordinal);
        Assert.Equal("", notesAgain);
        JsonElement[] rows = [.. output.Split('\n').Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(["synthetic/transfers", "synthetic/erc20"], rows.Select(r => r.GetProperty("name").GetString()));
        foreach (JsonElement row in rows)
        {
            Assert.True(row.GetProperty("ok").GetBoolean());
            int transactions = row.GetProperty("transactions").GetInt32();
            Assert.True(row.GetProperty("gas").GetInt64() >= 21_000 * transactions && transactions > 100);
            Assert.True(row.GetProperty("writtenBytes").GetInt64() > 100 * transactions);
            foreach (string phase in (string[])["execute", "judge", "import"]) Assert.True(row.GetProperty(phase + "Seconds")[0].GetDouble() > 0);
        }
    }

    [FixtureFact(Archive)]
    public async Task Official_payloads_are_judged()
    {
        string file = Unpack(Jumps, json => json);

        (int code, string output, _) = await RunAsync("bench", "blocks", file, "--accounts", "0", "--runs", "1", "--filter", "value_1M]");

        Assert.Equal(0, code);
        Assert.Contains("1 right, 0 wrong", output, StringComparison.Ordinal);
    }

    [FixtureTheory(Archive)]
    [InlineData("\"gasUsed\": \"0x0\"", "\"gasUsed\": \"0x1\"", "expected VALID: its hash is not that of its fields")]
    [InlineData("\"newPayloadVersion\"", "\"validationError\": \"BlockException.INVALID_STATE_ROOT\", \"newPayloadVersion\"", "expected INVALID")]
    public async Task A_payload_that_is_not_judged_as_expected_fails_the_run(string text, string changed, string reason)
    {
        string file = Unpack(EmptyBlocks, json => json.Replace(text, changed, StringComparison.Ordinal));

        (int code, string output, _) = await RunAsync("bench", "blocks", file, "--accounts", "0", "--runs", "1");

        Assert.Equal(1, code);
        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.Contains("0 right", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "--accounts", "0")]
    [InlineData("--accounts", "7")]
    [InlineData("--runs", "0")]
    [InlineData("--clock", "sun")]
    [InlineData("--filter", "no benchmark is called this", "--quick")]
    [InlineData("--fast")]
    public async Task Arguments_without_sense_are_refused_in_one_line(params string[] arguments)
    {
        (int code, _, string errors) = await RunAsync(["bench", "blocks", .. arguments]);

        Assert.Equal(2, code);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("""{"torn": {"engineNewPayloads": [""")]
    [InlineData("""{"no payload": {"network": "Prague", "config": {"chainid": "0x1"}, "engineNewPayloads": []}}""")]
    [InlineData("""{"no params": {"network": "Prague", "config": {"chainid": "0x1"}, "engineNewPayloads": [{"params": []}]}}""")]
    public async Task What_cannot_be_read_is_one_line_that_names_the_file(string json)
    {
        string file = Path.Combine(_folder, "torn.json");
        await File.WriteAllTextAsync(file, json);

        (int code, _, string errors) = await RunAsync("bench", "blocks", file, "--accounts", "0");

        Assert.Equal(2, code);
        Assert.Contains(file, errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    /// <summary>The text of the changed file has no blanks between its members but one.</summary>
    private string Unpack(string path, Func<string, string> change)
    {
        using JsonDocument document = Fixtures.ReadJson(Archive, path);
        string json = JsonSerializer.Serialize(document.RootElement).Replace("\":", "\": ", StringComparison.Ordinal);
        string file = Path.Combine(_folder, Path.GetFileName(path)), changed = change(json);
        File.WriteAllText(file, changed);
        return file;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        StringWriter output = new(), errors = new();
        CommandConsole console = new(output, errors, new StringReader(""), IsTerminal: false, new Hashtable());
        int code = await CommandTable.RunAsync(arguments, console, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}
