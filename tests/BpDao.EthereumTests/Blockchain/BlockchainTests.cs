using System.IO.Compression;
using System.Text.Json;
using BpDao.Testing;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.EthereumTests.Blockchain;

/// <summary>Official blockchain tests through the importer, as a node meets the blocks.</summary>
public sealed class BlockchainTests(ITestOutputHelper output)
{
    /// <summary>Frontier to BPO2, with invalid blocks.</summary>
    [FixtureFact("blockchain-eest-bal5.7.0.zip")]
    public void Execution_spec_tests() => RunAll("blockchain-eest-bal5.7.0.zip", "");

    /// <summary>Valid blocks of all forks up to Cancun, with reorganisations and ommers.</summary>
    [FixtureFact("blockchain-legacy.zip")]
    public void Legacy_chains_and_their_reorganisations() => RunAll("blockchain-legacy.zip", "/ValidBlocks/");

    private void RunAll(string archive, string folder)
    {
        int passed = 0;
        List<string> failed = [];
        using ZipArchive zip = Fixtures.Open(archive);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (!entry.FullName.EndsWith(".json", StringComparison.Ordinal) || !entry.FullName.Contains(folder, StringComparison.Ordinal)) continue;
            using Stream stream = entry.Open();
            using JsonDocument file = JsonDocument.Parse(stream);
            foreach (JsonProperty test in file.RootElement.EnumerateObject())
            {
                if (!test.Value.TryGetProperty("network", out _)) continue;
                if (new BlockchainTestCase(test.Value).Run() is { } failure) failed.Add($"{test.Name}: {failure}");
                else passed++;
            }
        }

        output.WriteLine($"{passed} passed, {failed.Count} failed");
        Assert.True(passed > 1000, $"only {passed} cases were found");
        Assert.Empty(failed);
    }
}
