using System.Text.Json;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.StateTest;

/// <summary>A test of the oldest kind (<c>VMTests</c>): bare code without a transaction, whose calls are noted and not made. No block can hold
/// that, so these are named and not run; later releases hold the same programs as state tests (<c>GeneralStateTests/VMTests</c>).</summary>
internal sealed class VmTest(string name) : ITestCase
{
    public string Name => name;

    public string Fork => "";

    public TestOutcome Run() => new(name, Fork, TestVerdict.Skipped, "runs code outside of any transaction");

    /// <summary>Those of a file that are wanted; they belong to no fork.</summary>
    public static IEnumerable<VmTest> Read(JsonElement file, TestSelection selection)
    {
        if (file.ValueKind != JsonValueKind.Object || selection.Fork is not null) return [];
        return file.EnumerateObject()
            .Where(t => t.Value.ValueKind == JsonValueKind.Object && t.Value.TryGetProperty("exec", out _) && selection.WantsName(t.Name))
            .Select(t => new VmTest(t.Name));
    }
}
