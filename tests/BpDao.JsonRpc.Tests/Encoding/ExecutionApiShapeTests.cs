using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.JsonRpc.Tests;

/// <summary>Blocks and transactions of the official suite's chain, written by us and compared member by member with the suite's answers.
/// Nothing is executed here: what needs state is compared where chains are imported.</summary>
public sealed class ExecutionApiShapeTests
{
    private const string Archive = "rpc-execution-apis.zip";

    private static readonly Lazy<IReadOnlyList<Block>> Chain = new(ReadChain);

    [FixtureTheory(Archive)]
    [InlineData("eth_getBlockByNumber/get-block-cancun-fork.io")]
    [InlineData("eth_getBlockByNumber/get-block-london-fork.io")]
    [InlineData("eth_getBlockByNumber/get-block-merge-fork.io")]
    [InlineData("eth_getBlockByNumber/get-block-prague-fork.io")]
    [InlineData("eth_getBlockByHash/get-block-by-hash.io")]
    public void Blocks_are_written_as_the_suite_has_them(string name)
    {
        (JsonNode request, JsonNode expected) = ReadCase(name);
        Block block = Chain.Value.Single(b => b.Hash.ToString() == (string)expected["hash"]!);
        foreach (Transaction tx in block.Transactions) Build.Ecdsa.TryRecoverSender(tx, out _);

        JsonNode written = Written(w => BlockJson.Write(w, block, (bool)request["params"]![1]!));

        AssertSame(expected, written);
    }

    [FixtureTheory(Archive)]
    [InlineData("get-access-list.io")]
    [InlineData("get-blob-tx.io")]
    [InlineData("get-dynamic-fee.io")]
    [InlineData("get-legacy-input.io")]
    [InlineData("get-legacy-tx.io")]
    [InlineData("get-setcode-tx.io")]
    public void Transactions_are_written_as_the_suite_has_them(string name)
    {
        (_, JsonNode expected) = ReadCase("eth_getTransactionByHash/" + name);
        (Block block, int index) = Find((string)expected["hash"]!);
        Transaction tx = block.Transactions[index];
        Assert.True(Build.Ecdsa.TryRecoverSender(tx, out _));

        AssertSame(expected, Written(w => TransactionJson.Write(w, tx, new TransactionPlace(block.Header, index))));
    }

    [FixtureTheory(Archive)]
    [InlineData("get-blob-tx.io")]
    [InlineData("get-dynamic-fee.io")]
    [InlineData("get-legacy-contract.io")]
    [InlineData("get-legacy-receipt.io")]
    [InlineData("get-setcode-tx.io")]
    public void Receipts_are_written_as_the_suite_has_them(string name)
    {
        (_, JsonNode expected) = ReadCase("eth_getTransactionReceipt/" + name);
        (Block block, int index) = Find((string)expected["transactionHash"]!);
        Build.Ecdsa.TryRecoverSender(block.Transactions[index], out _);
        Receipt receipt = ReceiptFrom(expected, block.Transactions[index].Type);
        int firstLog = expected["logs"]!.AsArray().Count == 0 ? 0 : Number(expected["logs"]![0]!["logIndex"]!);

        JsonNode written = Written(w => ReceiptJson.Write(
            w, receipt, block.Transactions[index], new TransactionPlace(block.Header, index), firstLog, UInt256.One));

        AssertSame(expected, written);
    }

    /// <summary>What execution would have given, out of the suite's answer; the rest is ours to derive.</summary>
    private static Receipt ReceiptFrom(JsonNode json, TxType type)
    {
        List<LogEntry> logs = [];
        foreach (JsonNode? log in json["logs"]!.AsArray())
        {
            logs.Add(new LogEntry(
                Address.Parse((string)log!["address"]!), [.. log["topics"]!.AsArray().Select(t => Hash256.Parse((string)t!))],
                Hex.Decode((string)log["data"]!)));
        }

        return new Receipt
        {
            Type = type,
            Success = (string?)json["status"] == "0x1",
            PostState = json["root"] is { } root ? Hash256.Parse((string)root!) : null,
            CumulativeGasUsed = (ulong)Number(json["cumulativeGasUsed"]!),
            GasUsed = (ulong)Number(json["gasUsed"]!),
            ContractAddress = json["contractAddress"] is { } created ? Address.Parse((string)created!) : null,
            Logs = logs,
            Bloom = Bloom.Of(logs),
        };
    }

    private static int Number(JsonNode quantity) => (int)(ulong)UInt256.Parse((string)quantity!);

    private static (Block Block, int Index) Find(string hash)
    {
        foreach (Block block in Chain.Value)
        {
            for (int i = 0; i < block.Transactions.Count; i++)
            {
                if (block.Transactions[i].Hash.ToString() == hash) return (block, i);
            }
        }

        throw new InvalidOperationException($"The suite's chain has no transaction {hash}.");
    }

    private static void AssertSame(JsonNode expected, JsonNode written) =>
        Assert.True(JsonNode.DeepEquals(expected, written), $"expected {expected.ToJsonString()}\nwritten  {written.ToJsonString()}");

    private static JsonNode Written(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream)) write(writer);
        return JsonNode.Parse(stream.ToArray())!;
    }

    private static (JsonNode Request, JsonNode Result) ReadCase(string name)
    {
        string[] lines = ReadEntry("tests/" + name, s => new StreamReader(s).ReadToEnd()).Split('\n');
        return (JsonNode.Parse(lines.First(l => l.StartsWith(">> ", StringComparison.Ordinal))[3..])!,
            JsonNode.Parse(lines.First(l => l.StartsWith("<< ", StringComparison.Ordinal))[3..])!["result"]!);
    }

    private static List<Block> ReadChain()
    {
        byte[] encoded = ReadEntry("tests/chain.rlp", s =>
        {
            using MemoryStream copy = new();
            s.CopyTo(copy);
            return copy.ToArray();
        });
        List<Block> blocks = [];
        RlpReader reader = new(encoded);
        while (!reader.AtEnd)
        {
            Assert.True(reader.TryReadRaw(out ReadOnlySpan<byte> item) && BlockCodec.TryDecode(item, out Block? block) && Add(blocks, block!));
        }

        return blocks;
    }

    private static bool Add(List<Block> blocks, Block block)
    {
        blocks.Add(block);
        return true;
    }

    private static T ReadEntry<T>(string path, Func<Stream, T> read)
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        using Stream stream = zip.GetEntry(path)?.Open() ?? throw new FileNotFoundException(path);
        return read(stream);
    }
}
