using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.State;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>Reads <c>blockchain_test_engine</c> files of execution-spec-tests.</summary>
internal static class PayloadTestReader
{
    /// <summary>The tests of a file; empty when it holds tests of another kind.</summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="FormatException">A value that cannot be read, or a fork this program does not know.</exception>
    public static List<PayloadTest> Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        List<PayloadTest> tests = [];
        if (document.RootElement.ValueKind != JsonValueKind.Object) return tests;
        foreach (JsonProperty test in document.RootElement.EnumerateObject())
        {
            if (test.Value.ValueKind == JsonValueKind.Object && test.Value.TryGetProperty("engineNewPayloads", out _)) tests.Add(ReadTest(test));
        }

        return tests;
    }

    private static PayloadTest ReadTest(JsonProperty test)
    {
        string network = test.Value.GetProperty("network").GetString() ?? "";
        if (!ForkNames.TryParse(network, out Fork fork)) throw new FormatException($"no fork is called '{network}'");
        ISpecProvider specs = BenchNetwork.Of(TestNumbers.Long(test.Value.GetProperty("config").GetProperty("chainid")), fork, executionRequests: true);
        Payload[] payloads = [.. test.Value.GetProperty("engineNewPayloads").EnumerateArray().Select(PayloadReader.Read)];
        if (payloads.Length == 0) throw new FormatException($"{test.Name} has no payload");
        return new PayloadTest(test.Name, specs, ReadGenesis(test.Value), payloads);
    }

    private static GenesisBlock ReadGenesis(JsonElement test)
    {
        BlockHeader header = ReadHeader(test.GetProperty("genesisBlockHeader"));
        StateChange state = TestAccount.StateOf(TestAccount.ReadAll(test.GetProperty("pre")));
        Hash256 hash = TestNumbers.Hash(test.GetProperty("genesisBlockHeader").GetProperty("hash"));
        if (header.Hash != hash || header.StateRoot != state.Root) throw new FormatException($"the genesis block is {header.Hash} with state {state.Root}, not {hash}");
        return new GenesisBlock(new Block(header, new BlockBody([], [], header.WithdrawalsRoot is null ? null : [])), state);
    }

    private static BlockHeader ReadHeader(JsonElement h) => new()
    {
        ParentHash = TestNumbers.Hash(h.GetProperty("parentHash")),
        OmmersHash = TestNumbers.Hash(h.GetProperty("uncleHash")),
        Beneficiary = TestNumbers.Address(h.GetProperty("coinbase")),
        StateRoot = TestNumbers.Hash(h.GetProperty("stateRoot")),
        TransactionsRoot = TestNumbers.Hash(h.GetProperty("transactionsTrie")),
        ReceiptsRoot = TestNumbers.Hash(h.GetProperty("receiptTrie")),
        LogsBloom = new Bloom(TestNumbers.Bytes(h.GetProperty("bloom"))),
        Difficulty = TestNumbers.Word(h.GetProperty("difficulty")),
        Number = TestNumbers.Long(h.GetProperty("number")),
        GasLimit = TestNumbers.Long(h.GetProperty("gasLimit")),
        GasUsed = TestNumbers.Long(h.GetProperty("gasUsed")),
        Timestamp = TestNumbers.Long(h.GetProperty("timestamp")),
        ExtraData = TestNumbers.Bytes(h.GetProperty("extraData")),
        MixHash = TestNumbers.Hash(h.GetProperty("mixHash")),
        Nonce = TestNumbers.Long(h.GetProperty("nonce")),
        BaseFeePerGas = Optional(h, "baseFeePerGas", TestNumbers.Word),
        WithdrawalsRoot = Optional(h, "withdrawalsRoot", TestNumbers.Hash),
        BlobGasUsed = Optional(h, "blobGasUsed", TestNumbers.Long),
        ExcessBlobGas = Optional(h, "excessBlobGas", TestNumbers.Long),
        ParentBeaconBlockRoot = Optional(h, "parentBeaconBlockRoot", TestNumbers.Hash),
        RequestsHash = Optional(h, "requestsHash", TestNumbers.Hash),
    };

    private static T? Optional<T>(JsonElement json, string name, Func<JsonElement, T> read)
        where T : struct => json.TryGetProperty(name, out JsonElement value) ? read(value) : null;
}
