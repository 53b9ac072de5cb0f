using System.IO.Compression;
using System.Text.Json;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.Transactions;

/// <summary>What transactions cost before their first instruction, by the official transaction tests.</summary>
public sealed class IntrinsicGasTests
{
    private const string Archive = "transactions.zip";

    [FixtureFact(Archive)]
    public void Every_valid_transaction_costs_what_its_test_says()
    {
        int compared = 0;
        using ZipArchive zip = Fixtures.Open(Archive);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.FullName.EndsWith(".json", StringComparison.Ordinal)))
        {
            using Stream stream = entry.Open();
            using JsonDocument file = JsonDocument.Parse(stream);
            foreach (JsonProperty test in file.RootElement.EnumerateObject()) compared += Compare(test);
        }

        Assert.True(compared > 300, $"Only {compared} results were compared.");
    }

    private static int Compare(JsonProperty test)
    {
        if (!TransactionCodec.TryDecode(Hex.Decode(test.Value.GetProperty("txbytes").GetString()!), out Transaction? tx)) return 0;
        int compared = 0;
        foreach (JsonProperty result in test.Value.GetProperty("result").EnumerateObject())
        {
            if (result.Value.TryGetProperty("exception", out _) || !ForkNames.TryParse(result.Name, out Fork fork)) continue;
            UInt256 expected = UInt256.Parse(result.Value.GetProperty("intrinsicGas").GetString()!);
            Assert.Equal((test.Name, result.Name, expected), (test.Name, result.Name, (UInt256)IntrinsicGas.Of(tx!, ReleaseSpec.Of(fork)).Standard));
            compared++;
        }

        return compared;
    }
}
