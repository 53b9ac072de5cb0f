using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Node.Commands.BlockTest;
using BpDao.Node.Commands.Conformance;

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
        ulong chainId = TestNumbers.Long(test.Value.GetProperty("config").GetProperty("chainid"));
        if (!TestNetwork.TryParse(network, chainId, out TestNetwork? rules)) throw new FormatException($"no fork is called '{network}'");
        Payload[] payloads = [.. test.Value.GetProperty("engineNewPayloads").EnumerateArray().Select(PayloadReader.Read)];
        if (payloads.Length == 0) throw new FormatException($"{test.Name} has no payload");
        if (!GenesisBlock.TryCreate(TestGenesis.Read(test.Value, rules), out GenesisBlock? genesis, out string? error)) throw new FormatException(error);
        return new PayloadTest(test.Name, rules, genesis, payloads);
    }
}
