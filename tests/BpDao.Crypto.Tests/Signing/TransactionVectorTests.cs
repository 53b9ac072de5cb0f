using System.IO.Compression;
using System.Text.Json;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.Crypto.Tests;

/// <summary>The official transaction tests as far as encoding, chain id and signature go; gas and fees are judged elsewhere.</summary>
public sealed class TransactionVectorTests
{
    private static readonly string[] Forks = ["Berlin", "London", "Paris", "Shanghai", "Cancun"];

    /// <summary>Refusals that take the rules of a fork and not only the bytes.</summary>
    private static readonly string[] RulesOfExecution =
    [
        "INTRINSIC_GAS_TOO_LOW", "INITCODE_SIZE_EXCEEDED", "NONCE_TOO_BIG", "GASLIMIT_PRICE_PRODUCT_OVERFLOW",
        "PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS", "TYPE_NOT_SUPPORTED",
    ];

    [FixtureFact("transactions.zip")]
    public void Accepts_and_refuses_as_the_vectors_say()
    {
        EthereumEcdsa ecdsa = new(Secp256k1.Default);
        int judged = 0;
        List<string> failures = [];
        using ZipArchive zip = Fixtures.Open("transactions.zip");
        foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.FullName.EndsWith(".json", StringComparison.Ordinal)))
        {
            using Stream stream = entry.Open();
            using JsonDocument file = JsonDocument.Parse(stream);
            foreach (JsonProperty test in file.RootElement.EnumerateObject())
            {
                foreach (JsonProperty result in test.Value.GetProperty("result").EnumerateObject().Where(r => Forks.Contains(r.Name)))
                {
                    string? exception = result.Value.TryGetProperty("exception", out JsonElement e) ? e.GetString() : null;
                    if (exception is not null && RulesOfExecution.Any(rule => exception.Contains(rule, StringComparison.Ordinal))) continue;
                    judged++;
                    bool ok = Judge(ecdsa, test.Value.GetProperty("txbytes").GetString(), out Hash256 hash, out Address sender);
                    bool asExpected = exception is not null
                        ? !ok
                        : ok && hash.ToString() == result.Value.GetProperty("hash").GetString()
                            && sender.ToString() == result.Value.GetProperty("sender").GetString();
                    if (!asExpected) failures.Add($"{test.Name} {result.Name}: accepted {ok}, expected {exception ?? "acceptance"}");
                }
            }
        }

        Assert.Empty(failures);
        Assert.True(judged > 500, $"only {judged} cases were judged");
    }

    private static bool Judge(EthereumEcdsa ecdsa, string? text, out Hash256 hash, out Address sender)
    {
        (hash, sender) = (default, default);
        if (!Hex.TryDecode(text, out byte[]? bytes) || !TransactionCodec.TryDecode(bytes, out Transaction? tx)) return false;
        hash = tx!.Hash;
        return tx.ChainId is null or 1 && ecdsa.TryRecoverSender(tx, out sender);
    }
}
