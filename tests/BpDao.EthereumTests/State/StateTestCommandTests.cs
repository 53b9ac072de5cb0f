using System.Collections;
using System.IO.Compression;
using System.Text.Json;
using BpDao.Node.Commands;
using Xunit;

namespace BpDao.EthereumTests.State;

/// <summary>The command: what it reads, what it prints, how it ends.</summary>
public sealed class StateTestCommandTests : IDisposable
{
    /// <summary>A transfer of 1 wei at gas price 10 under two forks; the second root is wrong on purpose.</summary>
    private const string Test = """
        {
          "a_transfer": {
            "env": { "currentCoinbase": "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba", "currentGasLimit": "0x0f4240", "currentNumber": "0x01",
                     "currentTimestamp": "0x03e8", "currentDifficulty": "0x020000" },
            "pre": { "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b": { "nonce": "0x00", "balance": "0x0f4240", "code": "0x", "storage": {} } },
            "transaction": { "data": ["0x"], "gasLimit": ["0x5208"], "value": ["0x01"], "gasPrice": "0x0a", "nonce": "0x00",
                             "to": "0x1000000000000000000000000000000000000000",
                             "secretKey": "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8" },
            "post": {
              "Istanbul": [ { "indexes": { "data": 0, "gas": 0, "value": 0 }, "hash": "$ROOT", "logs": "$LOGS" } ],
              "Berlin": [ { "indexes": { "data": 0, "gas": 0, "value": 0 }, "hash": "0x01", "logs": "$LOGS" } ]
            }
          }
        }
        """;

    private const string NoLogs = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";

    private readonly string _folder = Directory.CreateTempSubdirectory("statetest").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int Code, string[] Out, string[] Error) Run(params string[] args)
    {
        StringWriter output = new(), error = new();
        CommandConsole console = new(output, error, TextReader.Null, IsTerminal: false, new Hashtable());
        int code = CommandTable.RunAsync(["statetest", .. args], console, CancellationToken.None).GetAwaiter().GetResult();
        return (code, Lines(output), Lines(error));
    }

    private static string[] Lines(StringWriter text) => text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    private string WriteTest(string name = "test.json")
    {
        string path = Write(name, Test.Replace("$LOGS", NoLogs, StringComparison.Ordinal).Replace("$ROOT", "0x02", StringComparison.Ordinal));
        using JsonDocument line = JsonDocument.Parse(Run(path, "--fork", "Istanbul", "--json").Out[0]);
        return Write(name, File.ReadAllText(path).Replace("\"0x02\"", $"\"{line.RootElement.GetProperty("stateRoot").GetString()}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Prints_a_line_for_each_case_and_the_count()
    {
        (int code, string[] output, string[] error) = Run(WriteTest(), "--json");
        Assert.Equal((1, 3, 0), (code, output.Length, error.Length));
        using JsonDocument passed = JsonDocument.Parse(output[0]), failed = JsonDocument.Parse(output[1]);
        Assert.Equal("a_transfer", passed.RootElement.GetProperty("name").GetString());
        Assert.True(passed.RootElement.GetProperty("pass").GetBoolean());
        Assert.Equal(21_000, passed.RootElement.GetProperty("gasUsed").GetInt32());
        Assert.Equal(NoLogs, passed.RootElement.GetProperty("logsHash").GetString());
        Assert.False(failed.RootElement.GetProperty("pass").GetBoolean());
        Assert.StartsWith("state root 0x", failed.RootElement.GetProperty("error").GetString());
        Assert.Equal("1 passed, 1 failed, 0 skipped", output[2]);
    }

    [Fact]
    public void Without_json_prints_failures_only()
    {
        string path = WriteTest();
        Assert.Equal((0, "1 passed, 0 failed, 0 skipped"), (Run(path, "--fork", "Istanbul").Code, Assert.Single(Run(path, "--fork", "Istanbul").Out)));
        Assert.StartsWith("FAILED a_transfer Berlin d0g0v0: state root", Run(path, "--fork", "berlin").Out[0]);
    }

    [Fact]
    public void Reads_a_folder_as_released_and_a_zip_of_it_and_passes_over_other_tests()
    {
        WriteTest("fixtures/state_tests/berlin/test.json");
        Write("fixtures/blockchain_tests/berlin/test.json", """{ "a_block": { "network": "Berlin", "blocks": [] } }""");
        Write("fixtures/.meta/index.json", """{ "test_cases": [] }""");
        Assert.Equal("1 passed, 1 failed, 0 skipped", Run(Path.Combine(_folder, "fixtures"), "--jobs", "2").Out[^1]);

        string zip = Path.Combine(_folder, "release.zip");
        ZipFile.CreateFromDirectory(Path.Combine(_folder, "fixtures"), zip);
        Assert.Equal("1 passed, 1 failed, 0 skipped", Run(zip).Out[^1]);

        File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..^100]);
        (int code, string[] output, string[] error) = Run(zip);
        Assert.Equal((2, 0, 1), (code, output.Length, error.Length));
    }

    [Fact]
    public void A_zip_with_a_flipped_bit_is_refused_though_it_can_be_unpacked()
    {
        WriteTest("fixtures/test.json");
        string zip = Path.Combine(_folder, "release.zip");
        ZipFile.CreateFromDirectory(Path.Combine(_folder, "fixtures"), zip, CompressionLevel.NoCompression, includeBaseDirectory: false);
        byte[] bytes = File.ReadAllBytes(zip);
        bytes[bytes.AsSpan().IndexOf("a_transfer"u8)] = (byte)'A';
        File.WriteAllBytes(zip, bytes);
        (int code, string[] output, string[] error) = Run(zip);
        Assert.Equal((2, 0), (code, output.Length));
        Assert.Contains("test.json cannot be read: its checksum is wrong", Assert.Single(error));
    }

    [Fact]
    public void Shards_are_disjoint_and_together_the_whole()
    {
        string one = File.ReadAllText(WriteTest());
        for (int i = 0; i < 20; i++) Write($"many/{i}.json", one.Replace("a_transfer", $"transfer {i}", StringComparison.Ordinal));
        string folder = Path.Combine(_folder, "many");
        string[][] shards = [.. Enumerable.Range(1, 3).Select(i => Run(folder, "--fork", "Istanbul", "--json", "--shard", $"{i}/3").Out[..^1])];
        Assert.All(shards, shard => Assert.InRange(shard.Length, 1, 18));
        Assert.Equal(Run(folder, "--fork", "Istanbul", "--json").Out[..^1].Order(), shards.SelectMany(s => s).Order());
    }

    [Fact]
    public void Many_threads_print_in_the_order_of_one()
    {
        string one = File.ReadAllText(WriteTest());
        for (int i = 0; i < 50; i++) Write($"many/{i}.json", one.Replace("a_transfer", $"transfer {i}", StringComparison.Ordinal));
        string folder = Path.Combine(_folder, "many");
        Assert.Equal(Run(folder, "--json", "--jobs", "1").Out, Run(folder, "--json", "--jobs", "4").Out);
    }

    [Fact]
    public void Tests_of_bare_code_are_named_and_skipped()
    {
        string path = Write("vm.json", """{ "add0": { "exec": {}, "env": {}, "pre": {}, "gas": "0x10" } }""");
        (int code, string[] output, _) = Run(path);
        Assert.Equal((0, "SKIPPED add0: runs code outside of any transaction", "0 passed, 0 failed, 1 skipped"), (code, output[0], output[1]));
    }

    [Fact]
    public void A_fork_that_is_not_known_is_skipped_by_name_unless_another_is_asked_for()
    {
        string path = WriteTest();
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"Berlin\":", "\"Atlantis\":", StringComparison.Ordinal));
        string[] output = Run(path).Out;
        Assert.Equal(["SKIPPED a_transfer Atlantis: there is no fork Atlantis here", "1 passed, 0 failed, 1 skipped"], output);
        Assert.Equal(["1 passed, 0 failed, 0 skipped"], Run(path, "--fork", "Istanbul").Out);
    }

    [Theory]
    [InlineData("\"data\": 0, \"gas\"", "\"data\": 7, \"gas\"")]
    [InlineData("\"gas\": 0", "\"gas\": -1")]
    [InlineData("0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba", "0x112adc25665018aa1fe0e6bc666dac8fc2697ff9ba")]
    [InlineData("a_transfer", "\\ud800")]
    public void A_test_that_cannot_be_read_is_one_line_and_exit_code_2(string text, string changed)
    {
        string path = Write("bent.json", File.ReadAllText(WriteTest()).Replace(text, changed, StringComparison.Ordinal));
        (int code, string[] output, string[] error) = Run(path);
        Assert.Equal((2, 0), (code, output.Length));
        Assert.Contains("bent.json cannot be read: ", Assert.Single(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_that_claims_an_immense_file_is_refused()
    {
        WriteTest("fixtures/test.json");
        string zip = Path.Combine(_folder, "release.zip");
        ZipFile.CreateFromDirectory(Path.Combine(_folder, "fixtures"), zip);
        byte[] bytes = File.ReadAllBytes(zip);
        int entry = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8); // of the directory: 24 bytes on, the length
        bytes.AsSpan(entry + 24, 4).Fill(0x7f);
        File.WriteAllBytes(zip, bytes);
        (int code, string[] output, string[] error) = Run(zip);
        Assert.Equal((2, 0), (code, output.Length));
        Assert.Contains("the zip gives it 2139062143 bytes", Assert.Single(error), StringComparison.Ordinal);
    }

    [Fact]
    public void Traces_to_the_error_stream()
    {
        (int code, string[] output, string[] error) = Run(WriteTest(), "--fork", "Istanbul", "--trace");
        Assert.Equal((0, 1, 2), (code, output.Length, error.Length)); // a transfer runs no instruction
        Assert.Equal("""{"output":"","gasUsed":"0x5208"}""", error[0]);
        Assert.Matches("^{\"stateRoot\":\"0x[0-9a-f]{64}\"}$", error[1]);
    }

    /// <summary>Called as goevmlab calls geth. The lines are of the form that goevmlab's own recordings of geth have.</summary>
    [Fact]
    public void Traces_instructions_as_geth_writes_them_and_leaves_judging_to_the_caller()
    {
        string test = File.ReadAllText(WriteTest()).Replace("\"0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b\": {", """
            "0x1000000000000000000000000000000000000000": { "nonce": "0x00", "balance": "0x00", "code": "0x60026003016000526000600060006000600060045afa5050", "storage": {} },
            "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b": {
            """, StringComparison.Ordinal).Replace("[\"0x5208\"]", "[\"0x7000\"]", StringComparison.Ordinal);
        (int code, _, string[] error) = Run(
            Write("traced.json", test), "--fork", "Istanbul", "--trace", "--trace.format=json", "--trace.nomemory=true", "--trace.noreturndata=true");
        Assert.Equal(0, code);
        Assert.Equal("""{"pc":0,"op":96,"gas":"0x1df8","gasCost":"0x3","memSize":0,"stack":[],"depth":1,"refund":0,"opName":"PUSH1"}""", error[0]);
        Assert.Equal("""{"pc":4,"op":1,"gas":"0x1df2","gasCost":"0x3","memSize":0,"stack":["0x2","0x3"],"depth":1,"refund":0,"opName":"ADD"}""", error[2]);
        Assert.Equal("""{"pc":7,"op":82,"gas":"0x1dec","gasCost":"0x6","memSize":0,"stack":["0x5","0x0"],"depth":1,"refund":0,"opName":"MSTORE"}""", error[4]);
        Assert.StartsWith("""{"pc":8,"op":96,"gas":"0x1de6","gasCost":"0x3","memSize":32,""", error[5]);
        Assert.All(error, line => Assert.DoesNotContain("returnData", line));
        Assert.StartsWith("{\"output\":\"\",\"gasUsed\":\"0x", error[^2]);
        Assert.StartsWith("{\"stateRoot\":\"0x", error[^1]);
    }

    [Theory]
    [InlineData("no path")]
    [InlineData("/does/not/exist", "/does/not/exist")]
    [InlineData("no fork is called 'Atlantis'", "TEST", "--fork", "Atlantis")]
    [InlineData("unknown option '--jason'", "TEST", "--jason")]
    [InlineData("--filter needs a value", "TEST", "--filter")]
    [InlineData("--jobs takes a number above 0", "TEST", "--jobs", "0")]
    [InlineData("--shard takes I/N", "TEST", "--shard", "4/3")]
    [InlineData("no test that matches", "TEST", "--filter", "nothing is called so")]
    [InlineData("no test that matches", "TEST", "--fork", "Osaka")]
    [InlineData("cannot be read", "BROKEN")]
    public void Bad_input_is_one_line_and_exit_code_2(string expected, params string[] args)
    {
        string broken = Write("broken.json", "{ \"a\": ");
        string[] given = [.. args.Select(a => a == "TEST" ? WriteTest() : a == "BROKEN" ? broken : a)];
        (int code, string[] output, string[] error) = Run(given);
        Assert.Equal((2, 0), (code, output.Length));
        Assert.Contains(expected == "no path" ? "usage: bpdao statetest" : expected, Assert.Single(error));
    }
}
