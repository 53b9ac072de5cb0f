using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.TransactionTest;

/// <summary><c>bpdao txtest</c>: official transaction tests. Whether the bytes are a transaction that some block of a fork could hold, who
/// sent it, its hash and what it costs before its first instruction.</summary>
internal sealed class TransactionTestSuite : ITestSuite
{
    private readonly EthereumEcdsa _ecdsa = new(Secp256k1.Default);

    public static ConformanceCommand Command { get; } = new()
    {
        Name = "txtest",
        Summary = "Run official transaction tests.",
        Suite = (_, _) => new TransactionTestSuite(),
    };

    public IReadOnlyList<ITestCase> Read(JsonElement file, TestSelection selection)
    {
        if (file.ValueKind != JsonValueKind.Object) return [];
        List<ITestCase> cases = [];
        foreach (JsonProperty test in file.EnumerateObject())
        {
            if (test.Value.ValueKind != JsonValueKind.Object || !test.Value.TryGetProperty("txbytes", out JsonElement bytes)
                || !test.Value.TryGetProperty("result", out JsonElement results) || !selection.WantsName(test.Name))
            {
                continue;
            }

            byte[] encoded = TestNumbers.Bytes(bytes);
            foreach (JsonProperty result in results.EnumerateObject())
            {
                if (!selection.WantsFork(result.Name)) continue;
                cases.Add(ForkNames.TryParse(result.Name, out Fork fork)
                    ? new TransactionTestCase(_ecdsa, test.Name, result.Name, fork, encoded, result.Value)
                    : new UnknownFork(test.Name, result.Name));
            }
        }

        return cases;
    }
}
