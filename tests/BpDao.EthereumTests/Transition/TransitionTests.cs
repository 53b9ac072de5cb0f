using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Core;
using BpDao.Node.Commands;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.Transition;

/// <summary><c>bpdao t8n</c>, driven as execution-spec-tests drives it: everything through standard input and output.</summary>
public sealed class TransitionTests : IDisposable
{
    private const string Key = "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8";
    private const string Sender = "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b";
    private const string Receiver = "0x1000000000000000000000000000000000000000";

    private readonly string _folder = Directory.CreateTempSubdirectory("t8n").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FixtureTheory(TransitionInputs.Archive)]
    [InlineData("Frontier")]
    [InlineData("Homestead")]
    [InlineData("Byzantium")]
    [InlineData("ConstantinopleFix")]
    [InlineData("Istanbul")]
    [InlineData("Berlin")]
    [InlineData("London")]
    [InlineData("Paris")]
    [InlineData("Shanghai")]
    [InlineData("Cancun")]
    [InlineData("Prague")]
    [InlineData("Osaka")]
    public void It_comes_to_the_header_of_an_official_block(string fork)
    {
        int blocks = 0;
        foreach ((string name, Block block, JsonObject input) in TransitionInputs.Of(fork, files: 6))
        {
            (int code, string output, string error) = Run(input.ToJsonString(), $"--state.fork={fork}", $"--state.reward={TransitionInputs.RewardOf(fork)}");
            Assert.True(code == 0, $"{name}: {error}");
            JsonElement result = JsonDocument.Parse(output).RootElement.GetProperty("result");
            AssertHeader(name, block.Header, result);
            blocks++;
        }

        Assert.NotEqual(0, blocks);
    }

    [Fact]
    public void It_signs_what_comes_with_a_key_and_rejects_what_cannot_be_in_the_block()
    {
        string transaction = $$"""{"type":"0x0","nonce":"{0}","gasPrice":"0xa","gas":"0x5208","to":"{{Receiver}}","value":"0x1","input":"0x","v":"0x0","r":"0x0","s":"0x0","secretKey":"{{Key}}"}""";
        string input = Input($"[{transaction.Replace("{0}", "0x0", StringComparison.Ordinal)},{transaction.Replace("{0}", "0x7", StringComparison.Ordinal)}]");

        (int code, string output, _) = Run(input, "--state.fork", "Berlin");

        Assert.Equal(0, code);
        JsonElement root = JsonDocument.Parse(output).RootElement;
        JsonElement receipt = Assert.Single(root.GetProperty("result").GetProperty("receipts").EnumerateArray());
        Assert.Equal("0x5208", receipt.GetProperty("gasUsed").GetString());
        JsonElement rejected = Assert.Single(root.GetProperty("result").GetProperty("rejected").EnumerateArray());
        Assert.Equal(1, rejected.GetProperty("index").GetInt32());
        Assert.StartsWith("nonce too high", rejected.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("0x1", root.GetProperty("alloc").GetProperty(Receiver).GetProperty("balance").GetString());
        Assert.Equal("0x1", root.GetProperty("alloc").GetProperty(Sender).GetProperty("nonce").GetString());

        (_, string again, _) = Run(Input($"\"{root.GetProperty("body").GetString()}\"", "txsRlp"), "--state.fork", "Berlin");
        Assert.Equal(
            root.GetProperty("result").GetProperty("stateRoot").GetString(),
            JsonDocument.Parse(again).RootElement.GetProperty("result").GetProperty("stateRoot").GetString());
    }

    [Fact]
    public void Files_go_under_the_base_directory_with_a_trace_for_each_transaction()
    {
        string from = Path.Combine(_folder, "all.json");
        JsonNode all = JsonNode.Parse(Input($$"""[{"nonce":"0x0","gasPrice":"0xa","gas":"0x10000","to":"{{Sender}}","value":"0x0","input":"0x","secretKey":"{{Key}}"}]"""))!;
        foreach (string part in new[] { "alloc", "env", "txs" }) File.WriteAllText(Path.Combine(_folder, $"{part}.json"), all[part]!.ToJsonString());

        int code = Invoke(
            "", out string output, out string error, "--state.fork=Berlin", "--trace", $"--output.basedir={_folder}/out", "--output.body=body.txt",
            $"--input.alloc={_folder}/alloc.json", $"--input.env={_folder}/env.json", $"--input.txs={_folder}/txs.json");

        Assert.True(code == 0, error);
        Assert.Empty(output);
        string trace = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "out"), "trace-0-0x*.jsonl"));
        Assert.Contains("\"gasUsed\":\"0x5208\"", File.ReadLines(trace).Last(), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "out", "alloc.json")) && File.Exists(Path.Combine(_folder, "out", "result.json")) && File.Exists(Path.Combine(_folder, "out", "body.txt")), from);
    }

    [Theory]
    [InlineData("{", "--state.fork=Berlin", 10)]
    [InlineData(null, "--state.fork=Nowhere", 3)]
    [InlineData(null, "--state.fork=Cancun", 3)] // no currentRandom
    [InlineData(null, "--no.such.flag=1", 3)]
    [InlineData(null, "--input.alloc=/no/such/file", 11)]
    public void What_cannot_be_used_is_one_line_with_the_exit_code_of_the_other_tool(string? input, string flag, int expected)
    {
        (int code, string output, string error) = Run(input ?? Input("[]"), flag);

        Assert.Equal(expected, code);
        Assert.Empty(output);
        Assert.StartsWith($"ERROR({expected}): ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "not an object")]
    [InlineData("{\"alloc\": {}, \"env\": {}, \"txsRlp\": \"\\ud800\"}", "standard input: ")]
    public void Standard_input_of_another_shape_is_one_line(string input, string reason) => AssertMalformed(input, "Berlin", reason);

    [Theory]
    [InlineData("\"withdrawals\": [{}]", "env: ")]
    [InlineData("\"withdrawals\": 7", "env: ")]
    [InlineData("\"blockHashes\": {\"1\": \"0x01\", \"0x1\": \"0x02\"}", "env: ")]
    [InlineData("\"ommers\": [{}]", "env: ")]
    [InlineData("\"ommers\": 5", "env: ")]
    [InlineData("\"parentUncleHash\": []", "env: ")]
    [InlineData("\"currentCoinbase\": \"0x112adc25665018aa1fe0e6bc666dac8fc2697ff9ba\"", "is not an address")]
    public void A_malformed_environment_is_one_line(string member, string reason)
    {
        string more = $"{member}, \"currentRandom\": \"0x0\", \"currentBaseFee\": \"0x7\"";
        string named = more.Contains("\"withdrawals\"", StringComparison.Ordinal) ? more : $"\"withdrawals\": [], {more}";
        AssertMalformed(Input("[]").Replace("\"currentDifficulty\"", $"{named}, \"currentDifficulty\"", StringComparison.Ordinal), "Shanghai", reason);
    }

    [Theory]
    [InlineData("\"0xzz\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{}")]
    [InlineData("[5]")]
    [InlineData("[{}]")]
    [InlineData("[{\"type\": \"0x9\", \"maxFeePerGas\": 1, \"maxPriorityFeePerGas\": 1, \"nonce\": 0, \"gas\": 1, \"value\": 0, \"input\": \"0x\"}]")]
    public void Malformed_transactions_are_one_line(string transactions) => AssertMalformed(Input(transactions), "Berlin", "txs");

    private static void AssertMalformed(string input, string fork, string reason)
    {
        (int code, string output, string error) = Run(input, $"--state.fork={fork}");

        Assert.Equal((10, ""), (code, output));
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("ERROR(10): ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_hash_that_nobody_gave_is_asked_for_by_number()
    {
        // PUSH1 3 BLOCKHASH
        string input = Input(
            $$"""[{"nonce":"0x0","gasPrice":"0xa","gas":"0x10000","to":null,"value":"0x0","input":"0x600340","secretKey":"{{Key}}"}]""");

        (int code, _, string error) = Run(input, "--state.fork=Berlin");

        Assert.Equal(4, code);
        Assert.Contains("block 3", error, StringComparison.Ordinal);
    }

    private static string Input(string transactions, string member = "txs") => $$"""
        { "alloc": { "{{Sender}}": { "nonce": "0x0", "balance": "0xffffffff", "code": "0x", "storage": {} } },
          "env": { "currentCoinbase": "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba", "currentGasLimit": "0x750a163df65e8a", "currentNumber": "5",
                   "currentTimestamp": "1000", "currentDifficulty": "0x20000" },
          "{{member}}": {{transactions}} }
        """;

    private static void AssertHeader(string name, BlockHeader header, JsonElement result)
    {
        void Same(string field, string expected) => Assert.True(
            expected == result.GetProperty(field).GetString(), $"{name}: {field} is {result.GetProperty(field)}, not {expected}");
        Same("stateRoot", header.StateRoot.ToString());
        Same("txRoot", header.TransactionsRoot.ToString());
        Same("receiptsRoot", header.ReceiptsRoot.ToString());
        Same("logsBloom", header.LogsBloom.ToString());
        Same("gasUsed", ((UInt256)header.GasUsed).ToHexQuantity());
        if (!header.Difficulty.IsZero) Same("currentDifficulty", header.Difficulty.ToHexQuantity());
        if (header.WithdrawalsRoot is { } withdrawals) Same("withdrawalsRoot", withdrawals.ToString());
        if (header.ExcessBlobGas is { } excess) Same("currentExcessBlobGas", ((UInt256)excess).ToHexQuantity());
        if (header.BlobGasUsed is { } blobs) Same("blobGasUsed", ((UInt256)blobs).ToHexQuantity());
        if (header.RequestsHash is { } requests) Same("requestsHash", requests.ToString());
    }

    private static (int Code, string Out, string Error) Run(string input, params string[] flags)
    {
        int code = Invoke(
            input, out string output, out string error,
            ["--input.alloc=stdin", "--input.env=stdin", "--input.txs=stdin", "--output.alloc=stdout", "--output.result=stdout", "--output.body=stdout", .. flags]);
        return (code, output, error);
    }

    private static int Invoke(string input, out string output, out string error, params string[] flags)
    {
        StringWriter standard = new(), faults = new();
        CommandConsole console = new(standard, faults, new StringReader(input), IsTerminal: false, new Hashtable());
        int code = CommandTable.RunAsync(["t8n", .. flags], console, CancellationToken.None).GetAwaiter().GetResult();
        (output, error) = (standard.ToString(), faults.ToString());
        return code;
    }
}
