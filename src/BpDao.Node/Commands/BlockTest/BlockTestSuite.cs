using System.Text.Json;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.BlockTest;

/// <summary><c>bpdao blocktest</c>: runs official block tests through the importer, as a node meets the blocks.</summary>
internal sealed class BlockTestSuite : ITestSuite
{
    private readonly BlockTestParts _parts = new();

    public static ConformanceCommand Command { get; } = new()
    {
        Name = "blocktest",
        Summary = "Run official block tests.",
        Suite = (_, _) => new BlockTestSuite(),
        KnowsFork = name => TestNetwork.TryParse(name, 1, out _),
    };

    public IReadOnlyList<ITestCase> Read(JsonElement file, TestSelection selection)
    {
        List<ITestCase> cases = [];
        if (file.ValueKind != JsonValueKind.Object) return cases;
        foreach (JsonProperty test in file.EnumerateObject())
        {
            if (!IsBlockTest(test.Value)) continue;
            BlockTestCase found = new(test.Name, test.Value, _parts);
            if (selection.WantsName(found.Name) && selection.WantsFork(found.Fork)) cases.Add(found);
        }

        return cases;
    }

    private static bool IsBlockTest(JsonElement test) =>
        test.ValueKind == JsonValueKind.Object && test.TryGetProperty("network", out _) && test.TryGetProperty("blocks", out _)
        && test.TryGetProperty("genesisBlockHeader", out _);
}
