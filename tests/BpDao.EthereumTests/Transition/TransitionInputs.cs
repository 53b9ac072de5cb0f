using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Core;
using BpDao.Testing;

namespace BpDao.EthereumTests.Transition;

/// <summary>First blocks of official block tests as what <c>t8n</c> takes, and the headers they must come to.</summary>
internal static class TransitionInputs
{
    public const string Archive = "blockchain-eest-bal5.7.0.zip";

    /// <summary>Coins for the miner, as whoever drives the tool has to say.</summary>
    public static string RewardOf(string fork) => fork switch
    {
        "Frontier" or "Homestead" => "5000000000000000000",
        "Byzantium" => "3000000000000000000",
        "ConstantinopleFix" or "Istanbul" or "Berlin" or "London" => "2000000000000000000",
        _ => "0",
    };

    /// <summary>The first valid block of one test in each of the first files of a fork.</summary>
    public static IEnumerable<(string Name, Block Block, JsonObject Input)> Of(string fork, int files)
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        string folder = $"blockchain_tests/for_{fork.ToLowerInvariant()}/";
        foreach (ZipArchiveEntry entry in zip.Entries
            .Where(e => e.FullName.StartsWith(folder, StringComparison.Ordinal)).OrderBy(e => e.FullName, StringComparer.Ordinal).Take(files))
        {
            using Stream stream = entry.Open();
            using JsonDocument document = JsonDocument.Parse(stream);
            foreach (JsonProperty test in document.RootElement.EnumerateObject())
            {
                JsonElement first = test.Value.GetProperty("blocks")[0];
                if (first.TryGetProperty("expectException", out _)) continue;
                yield return Input(test.Name, test.Value, first);
                break;
            }
        }
    }

    private static (string Name, Block Block, JsonObject Input) Input(string name, JsonElement test, JsonElement first)
    {
        BlockCodec.TryDecode(Hex.Decode(first.GetProperty("rlp").GetString()!), out Block? block);
        BlockCodec.TryDecode(Hex.Decode(test.GetProperty("genesisRLP").GetString()!), out Block? genesis);
        RlpWriter transactions = new();
        transactions.StartList();
        foreach (Transaction tx in block!.Transactions) TransactionCodec.WriteInBody(transactions, tx);
        return (name, block, new JsonObject
        {
            ["alloc"] = JsonNode.Parse(test.GetProperty("pre").GetRawText()),
            ["env"] = Environment(block, genesis!.Header),
            ["txsRlp"] = Hex.Encode(transactions.EndList().WrittenSpan),
        });
    }

    private static JsonObject Environment(Block block, BlockHeader parent)
    {
        BlockHeader header = block.Header;
        return new JsonObject
        {
            ["currentCoinbase"] = header.Beneficiary.ToString(),
            ["currentGasLimit"] = Quantity(header.GasLimit),
            ["currentNumber"] = Quantity(header.Number),
            ["currentTimestamp"] = Quantity(header.Timestamp),
            ["currentRandom"] = header.MixHash.ToString(),
            ["currentBaseFee"] = header.BaseFeePerGas is { } fee ? fee.ToHexQuantity() : null,
            ["parentBeaconBlockRoot"] = header.ParentBeaconBlockRoot?.ToString(),
            ["parentDifficulty"] = parent.Difficulty.ToHexQuantity(),
            ["parentTimestamp"] = Quantity(parent.Timestamp),
            ["parentUncleHash"] = parent.OmmersHash.ToString(),
            ["parentBaseFee"] = parent.BaseFeePerGas is { } parentFee ? parentFee.ToHexQuantity() : null,
            ["parentExcessBlobGas"] = parent.ExcessBlobGas is { } excess ? Quantity(excess) : null,
            ["parentBlobGasUsed"] = parent.BlobGasUsed is { } used ? Quantity(used) : null,
            ["blockHashes"] = new JsonObject { ["0"] = parent.Hash.ToString() },
            ["withdrawals"] = new JsonArray([.. (block.Body.Withdrawals ?? []).Select(w => (JsonNode)new JsonObject
            {
                ["index"] = Quantity(w.Index),
                ["validatorIndex"] = Quantity(w.ValidatorIndex),
                ["address"] = w.Address.ToString(),
                ["amount"] = Quantity(w.AmountGwei),
            })]),
        };
    }

    private static string Quantity(ulong value) => ((UInt256)value).ToHexQuantity();
}
