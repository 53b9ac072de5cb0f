using System.Text;
using System.Text.Json.Nodes;
using BpDao.Core;
using Xunit;

namespace BpDao.Specs.Tests;

public sealed class ChainSpecFileTests
{
    private const string Account = "0x00000000000000000000000000000000000000aa";

    private const string Valid = """
        {
          "name": "test",
          "chainId": 24422,
          "forks": { "london": 0, "paris": {"block": 10}, "shanghai": {"timestamp": 100}, "osaka": {"timestamp": 200} },
          "engine": { "solo": { "blockTime": 1 } },
          "baseFeeRecipient": "0x0000000000000000000000000000000000b0da04",
          "systemSender": "0x00000000000000000000000000000000000000ee",
          "genesis": {
            "timestamp": 7, "gasLimit": 30000000, "baseFeePerGas": "1000000000",
            "alloc": {
              "0x00000000000000000000000000000000000000bb": { "balance": "0x10", "nonce": 1, "code": "0x6000", "storage": { "0x2": "0x5", "0x1": 3 } },
              "0x00000000000000000000000000000000000000aa": { "balance": "1000000000000000000000" }
            }
          },
          "genesisHash": "0x1111111111111111111111111111111111111111111111111111111111111111"
        }
        """;

    private static string? ErrorOf(string json) =>
        ChainSpecFile.TryParse(Encoding.UTF8.GetBytes(json), needsGenesisHash: true, out _, out string? error) ? null : error;

    private static ChainSpec Parse(string json)
    {
        Assert.True(ChainSpecFile.TryParse(Encoding.UTF8.GetBytes(json), needsGenesisHash: true, out ChainSpec? spec, out string? error), error);
        return spec;
    }

    /// <summary>The valid file with one thing changed.</summary>
    private static string With(Action<JsonObject> change)
    {
        JsonObject root = JsonNode.Parse(Valid)!.AsObject();
        change(root);
        return root.ToJsonString();
    }

    [Fact]
    public void Reads_every_field()
    {
        ChainSpec spec = Parse(Valid);
        Assert.Equal("test", spec.Name);
        Assert.Equal(24422ul, spec.ChainId);
        Assert.Equal(24422ul, spec.NetworkId);
        Assert.Equal("solo", spec.SealEngineType);
        Assert.Equal(1, spec.EngineParameters.GetProperty("blockTime").GetInt32());
        Assert.Equal(SystemContracts.ValidationPool, spec.BaseFeeRecipient);
        Assert.Equal(30_000_000ul, spec.Genesis.GasLimit);
        Assert.Equal(UInt256.Parse("1000000000"), spec.Genesis.BaseFeePerGas);
        Assert.Null(spec.Genesis.ExcessBlobGas);
        Assert.Equal(UInt256.Parse("1000000000000000000000"), spec.Genesis.Alloc[Address.Parse(Account)].Balance);
        GenesisAccount contract = spec.Genesis.Alloc[Address.FromNumber(0xbb)];
        Assert.Equal((UInt256)16, contract.Balance);
        Assert.Equal(1ul, contract.Nonce);
        Assert.Equal([0x60, 0x00], contract.Code.ToArray());
        Assert.Equal((UInt256)3, contract.Storage[1]);
        Assert.Equal((UInt256)5, contract.Storage[2]);
    }

    [Theory]
    [InlineData(0, 7, Fork.London)]
    [InlineData(9, 99, Fork.London)]
    [InlineData(10, 99, Fork.Paris)]
    [InlineData(11, 100, Fork.Shanghai)]
    [InlineData(12, 199, Fork.Shanghai)]
    [InlineData(12, 200, Fork.Osaka)]
    public void Forks_begin_where_the_file_says(ulong number, ulong timestamp, Fork expected) =>
        Assert.Equal(expected, Parse(Valid).Forks.At(number, timestamp));

    /// <summary>No block number says on which side of the merge a block is; its difficulty does (EIP-3675).</summary>
    [Theory]
    [InlineData(0, 99, Fork.Paris)]
    [InlineData(1, 99, Fork.London)]
    [InlineData(0, 100, Fork.Shanghai)]
    public void Paris_may_begin_at_a_total_difficulty(ulong difficulty, ulong timestamp, Fork expected)
    {
        ChainSpec spec = Parse(With(r => r["forks"]!["paris"] = new JsonObject { ["totalDifficulty"] = "58750000000000000000000" }));
        Assert.Equal(UInt256.Parse("58750000000000000000000"), spec.Forks.TerminalTotalDifficulty);
        Assert.Equal(expected, spec.Forks.At(new BlockHeader { Number = 12, Timestamp = timestamp, Difficulty = difficulty }));
        Assert.Equal(ChainSpecFile.Format(spec), ChainSpecFile.Format(Parse(Encoding.UTF8.GetString(ChainSpecFile.Format(spec)))));
    }

    [Fact]
    public void Requests_come_with_a_beacon_chain_only()
    {
        static IReleaseSpec Rules(ChainSpec spec) => new ChainSpecProvider(spec).GetSpec(12, 200);

        ChainSpec followed = Parse(With(r => r["executionRequests"] = true));
        Assert.True(Rules(followed).HasExecutionRequests);
        Assert.False(Rules(Parse(Valid)).HasExecutionRequests);
        Assert.Equal(ChainSpecFile.Format(followed), ChainSpecFile.Format(Parse(Encoding.UTF8.GetString(ChainSpecFile.Format(followed)))));
        Assert.StartsWith("executionRequests: ", ErrorOf(With(r => r["executionRequests"] = 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_texts_that_are_not_unicode_wherever_they_are()
    {
        foreach (string at in (string[])["chainId", "test", "London", "blockTime", "0x6000", "00000000aa", "balance"])
        {
            byte[] flipped = Encoding.UTF8.GetBytes(Valid);
            flipped[Valid.IndexOf(at, StringComparison.OrdinalIgnoreCase)] ^= 0x80;
            Assert.False(ChainSpecFile.TryParse(flipped, needsGenesisHash: true, out _, out string? error), at);
            Assert.StartsWith("not UTF-8", error, StringComparison.Ordinal);
            string halfPair = Valid.Replace(at, "\\ud800" + at, StringComparison.OrdinalIgnoreCase);
            Assert.StartsWith("not UTF-8", ErrorOf(halfPair), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Refuses_what_is_not_json() => Assert.StartsWith("not JSON: ", ErrorOf("{"), StringComparison.Ordinal);

    public static TheoryData<string, string> Faults => new()
    {
        { With(r => r["colour"] = 1), "colour: unknown key" },
        { With(r => r["forks"]!["londno"] = 0), "forks.londno: unknown key" },
        { With(r => r["genesis"]!["alloc"]![Account]!["balanec"] = 0), $"genesis.alloc.{Account}.balanec: unknown key" },
        { With(r => r.Remove("name")), "name: missing" },
        { With(r => r.Remove("chainId")), "chainId: missing" },
        { With(r => r.Remove("forks")), "forks: missing" },
        { With(r => r.Remove("engine")), "engine: missing" },
        { With(r => r.Remove("genesis")), "genesis: missing" },
        { With(r => r.Remove("genesisHash")), "genesisHash: missing" },
        { With(r => r["genesis"]!.AsObject().Remove("gasLimit")), "genesis.gasLimit: missing" },
        { With(r => r["genesis"]!.AsObject().Remove("alloc")), "genesis.alloc: missing" },
        { With(r => r["genesis"]!.AsObject().Remove("baseFeePerGas")), "genesis.baseFeePerGas: missing, and London holds at genesis" },
        { With(r => r["genesis"]!["alloc"]![Account]!.AsObject().Remove("balance")), $"genesis.alloc.{Account}.balance: missing" },
        { With(r => r["genesisHash"] = "0x11"), "genesisHash: '\"0x11\"' is not a 32-byte hash" },
        { With(r => r["baseFeeRecipient"] = "0xb0da04"), "baseFeeRecipient: '\"0xb0da04\"' is not an address" },
        { With(r => r["genesis"]!["alloc"]!["0xaabb"] = new JsonObject { ["balance"] = 1 }), "genesis.alloc.0xaabb: is not an address" },
        { With(r => r["genesis"]!["alloc"]!["00000000000000000000000000000000000000cc"] = new JsonObject { ["balance"] = 1 }),
            "genesis.alloc.00000000000000000000000000000000000000cc: is not an address" },
        { With(r => r["genesis"]!["alloc"]!["0x00000000000000000000000000000000000000AA"] = new JsonObject { ["balance"] = 1 }),
            "genesis.alloc.0x00000000000000000000000000000000000000AA: appears twice" },
        { With(r => r["genesis"]!["alloc"]![Account]!["balance"] = "-1"), $"genesis.alloc.{Account}.balance: '\"-1\"' is not a number" },
        { With(r => r["genesis"]!["alloc"]![Account]!["nonce"] = "0x10000000000000000"),
            $"genesis.alloc.{Account}.nonce: 18446744073709551616 does not fit into 64 bits" },
        { With(r => r["genesis"]!["alloc"]![Account]!["code"] = "0x600"), $"genesis.alloc.{Account}.code: '\"0x600\"' is not hex" },
        { With(r => r["genesis"]!["alloc"]![Account]!["storage"] = new JsonObject { ["0x1"] = 0 }),
            $"genesis.alloc.{Account}.storage.0x1: a slot that holds zero is not written" },
        { With(r => r["genesis"]!["alloc"]![Account]!["storage"] = new JsonObject { ["x"] = 1 }),
            $"genesis.alloc.{Account}.storage.x: is not a storage slot" },
        { With(r => r["genesis"]!["gasLimit"] = 4999), "genesis.gasLimit: 4999 is not in [5000, 9223372036854775807]" },
        { With(r => r["genesis"]!["excessBlobGas"] = 0), "genesis.excessBlobGas: Cancun does not hold at genesis" },
        { With(r => r["forks"]!["cancun"] = new JsonObject { ["timestamp"] = 99 }), "forks.cancun: begins before shanghai, which it contains" },
        { With(r => r["forks"]!["prague"] = new JsonObject { ["timestamp"] = 201 }), "forks.osaka: begins before prague, which it contains" },
        { With(r => r["forks"]!["osaka"] = 0), "forks.osaka: begins before paris, which it contains" },
        { With(r => r["forks"]!["osaka"] = new JsonObject { ["block"] = 5 }), "forks.osaka: begins at a timestamp, not at a block" },
        { With(r => r["forks"]!["berlin"] = new JsonObject { ["timestamp"] = 5 }), "forks.berlin: begins at a block, not at a timestamp" },
        { With(r => r["forks"]!["london"] = 5), "forks.london: is 0, {\"block\": n} or {\"timestamp\": n}" },
        { With(r => r["forks"]!["osaka"] = new JsonObject { ["block"] = 0, ["timestamp"] = 5 }), "forks.osaka: is 0, {\"block\": n} or {\"timestamp\": n}" },
        { With(r => r["forks"]!["london"] = "soon"), "forks.london: '\"soon\"' is not an object" },
        { With(r => r["engine"]!["por"] = new JsonObject()), "engine: names exactly one engine" },
        { With(r => r["engine"]!["solo"] = 1), "engine.solo: is not an object" },
        { With(r => r["chainId"] = 0), "chainId: 0 is not in [1, 9223372036854775771] (EIP-2294)" },
        { With(r => r["genesis"]!["alloc"]!["0x00000000000000000000000000000000000000ee"] = new JsonObject { ["balance"] = 0, ["code"] = "0x00" }),
            "genesis.alloc.0x00000000000000000000000000000000000000ee.code: the system sender has no code" },
        { With(r => r["name"] = 5), "name: '5' is not a text" },
        { Valid.Replace("\"chainId\": 24422,", "\"chainId\": 24422, \"chainId\": 1,", StringComparison.Ordinal), "chainId: appears twice" },
        { "[]", "'[]' is not an object" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Names_the_place_of_a_fault(string json, string expected) => Assert.Equal(expected, ErrorOf(json));

    [Fact]
    public void A_template_may_leave_the_genesis_hash_out()
    {
        string json = With(r => r.Remove("genesisHash"));
        Assert.True(ChainSpecFile.TryParse(Encoding.UTF8.GetBytes(json), needsGenesisHash: false, out ChainSpec? spec, out _));
        Assert.Null(spec.GenesisHash);
    }

    [Fact]
    public void An_error_is_one_short_line()
    {
        string? error = ErrorOf(With(r => r["genesis"]!["mixHash"] = "first\nsecond" + new string('x', 5000)));
        Assert.NotNull(error);
        Assert.DoesNotContain('\n', error);
        Assert.True(error.Length < 200);
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it()
    {
        string path = Path.Combine(Path.GetTempPath(), "bpdao-no-such-file.json");
        Assert.False(ChainSpecFile.TryLoad(path, out _, out string? error));
        Assert.StartsWith(path + ": ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_is_canonical_and_reads_back_the_same()
    {
        byte[] text = ChainSpecFile.Format(Parse(Valid));
        string reordered = With(r =>
        {
            JsonObject alloc = r["genesis"]!["alloc"]!.AsObject();
            JsonNode first = alloc[Account]!;
            alloc.Remove(Account);
            alloc.Insert(0, Account, first);
            r["networkId"] = 24422;
            r["genesis"]!["alloc"]![Account]!["balance"] = "0x3635c9adc5dea00000";
        });

        Assert.Equal(text, ChainSpecFile.Format(Parse(reordered)));
        Assert.Equal(text, ChainSpecFile.Format(Parse(Encoding.UTF8.GetString(text))));
        Assert.EndsWith("}\n", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
    }
}
