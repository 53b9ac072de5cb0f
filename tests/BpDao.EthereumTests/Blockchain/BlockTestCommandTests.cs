using System.Collections;
using System.IO.Compression;
using System.Text.Json.Nodes;
using BpDao.Node.Commands;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.Blockchain;

/// <summary>The command on an official test, as it is and bent in one place: what it does not notice it does not check.</summary>
public sealed class BlockTestCommandTests : IDisposable
{
    private const string Archive = "blockchain-eest-bal5.7.0.zip";

    /// <summary>One block, refused for its transaction; the chain stays at genesis.</summary>
    private const string Member = "blockchain_tests/for_berlin/frontier/validation/transaction/tx_gas_limit.json";

    private readonly string _folder = Directory.CreateTempSubdirectory("blocktest").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Bends => new()
    {
        { "lastblockhash", "the head is block 0" },
        { "network", "block 0 was refused with InvalidForkFields" }, // London has a base fee
        { "genesis", "the genesis block has hash" },
        { "balance", "expected 153" },
        { "account", "accounts or slots that the test does not list" },
        { "kind", "expected BlockException.INVALID_BASEFEE_PER_GAS" },
        { "name of no kind", "expected BlockException.OF_NO_KIND" },
        { "old name of no kind", "expected OfNoKind" },
        { "no exception", "block 0 was refused: InvalidTransaction" },
    };

    [FixtureTheory(Archive)]
    [MemberData(nameof(Bends))]
    public void A_test_bent_in_one_place_fails(string bend, string expected)
    {
        string path = Write(test =>
        {
            JsonObject post = test["postState"]!.AsObject(), block = test["blocks"]![0]!.AsObject();
            switch (bend)
            {
                case "lastblockhash": test["lastblockhash"] = $"0x{new string('1', 64)}"; break;
                case "network": test["network"] = "London"; break;
                case "genesis": test["genesisBlockHeader"]!["gasLimit"] = "0x1234567"; break;
                case "balance": post.First().Value!["balance"] = "0x99"; break;
                case "account": post.Remove(post.First().Key); break;
                case "kind": block["expectException"] = "BlockException.INVALID_BASEFEE_PER_GAS"; break;
                case "name of no kind": block["expectException"] = "BlockException.OF_NO_KIND"; break;
                case "old name of no kind": block["expectException"] = "OfNoKind"; break;
                default:
                    block.Remove("expectException");
                    block["blockHeader"] = new JsonObject();
                    break;
            }
        });
        (int code, string[] output, _) = Run(path);
        Assert.Equal((1, "0 passed, 1 failed, 0 skipped"), (code, output[^1]));
        Assert.Contains(expected, output[0], StringComparison.Ordinal);
    }

    [FixtureFact(Archive)]
    public void As_it_is_it_passes_and_says_why_the_block_was_refused()
    {
        (int code, string[] output, _) = Run(Write(_ => { }), "--json", "--fork", "berlin");
        Assert.Equal((0, "1 passed, 0 failed, 0 skipped"), (code, output[^1]));
        JsonNode refused = JsonNode.Parse(output[0])!["refused"]![0]!;
        Assert.Equal("TransactionException.GAS_ALLOWANCE_EXCEEDED", refused["expected"]!.GetValue<string>());
        Assert.StartsWith("InvalidTransaction: transaction 0: GasLimitAboveBlock", refused["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(refused["sameKind"]!.GetValue<bool>());
    }

    [FixtureFact(Archive)]
    public void A_fork_that_is_not_known_is_skipped_by_name_and_refused_when_asked_for()
    {
        string path = Write(test => test["network"] = "Amsterdam");
        (int code, string[] output, _) = Run(path);
        Assert.Equal((0, "0 passed, 0 failed, 1 skipped"), (code, output[^1]));
        Assert.EndsWith("no fork is called 'Amsterdam'", output[0], StringComparison.Ordinal);

        foreach (string fork in (string[])["Amsterdam", "BPO2ToAmsterdamAtTime15k", "LondonToParisAtTimeX", "LondonToBerlinAt"])
        {
            (code, output, string[] error) = Run(path, "--fork", fork);
            Assert.Equal((2, 0), (code, output.Length));
            Assert.Contains($"no fork is called '{fork}'", Assert.Single(error), StringComparison.Ordinal);
        }
    }

    [FixtureTheory(Archive)]
    [InlineData("no rlp")]
    [InlineData("bad hex")]
    [InlineData("no last hash")]
    [InlineData("no accounts")]
    public void A_test_that_cannot_be_read_is_one_line_and_exit_code_2(string bend)
    {
        string path = Write(test =>
        {
            JsonObject block = test["blocks"]![0]!.AsObject();
            switch (bend)
            {
                case "no rlp": block.Remove("rlp"); break;
                case "bad hex": block["rlp"] = "0xzz"; break;
                case "no last hash": test.AsObject().Remove("lastblockhash"); break;
                default: test["pre"] = 5; break;
            }
        });
        (int code, string[] output, string[] error) = Run(path);
        Assert.Equal((2, 0), (code, output.Length));
        Assert.Contains(path, Assert.Single(error), StringComparison.Ordinal);
        Assert.Contains("cannot be read", error[0], StringComparison.Ordinal);
    }

    [FixtureFact(Archive)]
    public void A_truncated_zip_is_one_line_and_exit_code_2()
    {
        Write(_ => { });
        string zip = Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(_folder)}.zip");
        ZipFile.CreateFromDirectory(_folder, zip);
        File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..^100]);
        (int code, string[] output, string[] error) = Run(zip);
        File.Delete(zip);
        Assert.Equal((2, 0, 1), (code, output.Length, error.Length));
    }

    private static (int Code, string[] Out, string[] Error) Run(params string[] args)
    {
        StringWriter output = new(), error = new();
        CommandConsole console = new(output, error, TextReader.Null, IsTerminal: false, new Hashtable());
        int code = CommandTable.RunAsync(["blocktest", .. args], console, CancellationToken.None).GetAwaiter().GetResult();
        return (code, Lines(output), Lines(error));
    }

    private static string[] Lines(StringWriter text) => text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The official test with something changed.</summary>
    private string Write(Action<JsonNode> change)
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        using Stream stream = zip.GetEntry(Member)!.Open();
        JsonNode file = JsonNode.Parse(stream)!;
        change(file.AsObject().First().Value!);
        string path = Path.Combine(_folder, "test.json");
        File.WriteAllText(path, file.ToJsonString());
        return path;
    }
}
