using System.IO.Compression;
using System.Text.Json;
using BpDao.Consensus.Ethash;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;
using BpDao.Testing;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.EthereumTests.ProofOfWork;

/// <summary>Every row of the official difficulty tests: a parent, a child's time, the child's difficulty.</summary>
public sealed class DifficultyTests(ITestOutputHelper output)
{
    private const string Archive = "basic.zip";

    /// <summary>What stands for a parent with ommers where a row only says that there were some.</summary>
    private static readonly Hash256 SomeOmmers = Hash256.Parse("0xb474a45ef82026d18138c2f23fee5586c9c7449f33f865e8838572ae06ffc7e9");

    private static readonly ForkSchedule Mainnet = new()
    {
        Activations = [new(Fork.Homestead, 1_150_000, null), new(Fork.Byzantium, 4_370_000, null)],
    };

    private static readonly ForkSchedule Ropsten = new()
    {
        Activations = [new(Fork.Homestead, 0, null), new(Fork.Byzantium, 1_700_000, null), new(Fork.Constantinople, 4_230_000, null)],
    };

    [FixtureTheory(Archive)]
    [InlineData("DifficultyTests/", 17)]
    [InlineData("legacy/BasicTests/difficulty", 7)]
    [InlineData("BasicTests/difficulty", 5)]
    public void Every_row_of_every_file(string folder, int files)
    {
        using ZipArchive zip = Fixtures.Open(Archive);
        ZipArchiveEntry[] entries = [.. zip.Entries.Where(e => e.FullName.StartsWith(folder, StringComparison.Ordinal) && e.Name.EndsWith(".json", StringComparison.Ordinal))];
        int rows = 0;
        List<string> wrong = [];
        foreach (ZipArchiveEntry entry in entries)
        {
            using Stream stream = entry.Open();
            using JsonDocument file = JsonDocument.Parse(stream);
            foreach ((ForkSchedule forks, JsonProperty row) in RowsOf(entry.Name, file.RootElement))
            {
                rows++;
                if (Difference(forks, row.Value) is { } difference) wrong.Add($"{entry.FullName} {row.Name}: {difference}");
            }
        }

        output.WriteLine($"{entries.Length} files, {rows} rows");
        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong: {string.Join("; ", wrong.Take(12))}");
        Assert.Equal(files, entries.Length);
        Assert.True(rows > 1000, $"only {rows} rows were found");
    }

    /// <summary>Newer files put the rows under test and fork; in older ones the file's name says the fork.</summary>
    private static IEnumerable<(ForkSchedule Forks, JsonProperty Row)> RowsOf(string file, JsonElement root)
    {
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Value.TryGetProperty("currentDifficulty", out _))
            {
                yield return (ForksOf(file), member);
                continue;
            }

            foreach (JsonProperty fork in member.Value.EnumerateObject().Where(f => f.Name != "_info"))
            {
                Assert.True(ForkNames.TryParse(fork.Name, out Fork known), fork.Name);
                foreach (JsonProperty row in fork.Value.EnumerateObject()) yield return (ForkSchedule.FromGenesis(known), row);
            }
        }
    }

    private static ForkSchedule ForksOf(string file) => Path.GetFileNameWithoutExtension(file)["difficulty".Length..] switch
    {
        "" or "CustomMainNetwork" or "MainNetwork" => Mainnet,
        "Frontier" => ForkSchedule.FromGenesis(Fork.Frontier),
        "Ropsten" => Ropsten,
        "Homestead" or "CustomHomestead" => ForkSchedule.FromGenesis(Fork.Homestead),
        "Byzantium" => ForkSchedule.FromGenesis(Fork.Byzantium),
        "Constantinople" => ForkSchedule.FromGenesis(Fork.Constantinople),
        ['E', 'I', 'P', '2', '3', '8', '4', ..] => ForkSchedule.FromGenesis(Fork.MuirGlacier),
        var other => throw new InvalidOperationException($"no fork is known for {other}"),
    };

    private static string? Difference(ForkSchedule forks, JsonElement row)
    {
        ulong number = TestNumbers.Long(row.GetProperty("currentBlockNumber"));
        ulong timestamp = TestNumbers.Long(row.GetProperty("currentTimestamp"));
        BlockHeader parent = new()
        {
            Number = number - 1,
            Timestamp = TestNumbers.Long(row.GetProperty("parentTimestamp")),
            Difficulty = TestNumbers.Word(row.GetProperty("parentDifficulty")),
            OmmersHash = row.TryGetProperty("parentUncles", out JsonElement ommers) ? OmmersHash(ommers.GetString()!) : BlockHeader.EmptyOmmersHash,
        };

        UInt256 expected = TestNumbers.Word(row.GetProperty("currentDifficulty"));
        UInt256 found = Difficulty.Next(parent, timestamp, ReleaseSpec.Of(forks.At(number, timestamp)));
        return found == expected ? null : $"{found}, expected {expected}";
    }

    private static Hash256 OmmersHash(string text) => text switch
    {
        "0x00" => BlockHeader.EmptyOmmersHash,
        "0x01" => SomeOmmers,
        _ => Hash256.Parse(text),
    };
}
