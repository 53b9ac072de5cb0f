using System.Text.Json;

namespace BpDao.Node.Commands.Conformance;

internal enum TestVerdict
{
    Passed,
    Failed,

    /// <summary>Known and not run, for a stated reason.</summary>
    Skipped,
}

/// <summary>What came of one case.</summary>
/// <param name="Name">As the test file names the test.</param>
/// <param name="Fork">As the test file names it; empty for tests without forks.</param>
/// <param name="Reason">Why it failed or was skipped; null when it passed.</param>
internal sealed record TestOutcome(string Name, string Fork, TestVerdict Verdict, string? Reason)
{
    /// <summary>Which case of the test, where it has several.</summary>
    public string? Variant { get; init; }

    /// <summary>Adds members to the case's JSON line.</summary>
    public Action<Utf8JsonWriter>? Details { get; init; }

    /// <summary>Passed, or failed for that reason.</summary>
    public static TestOutcome Of(string name, string fork, string? error) =>
        new(name, fork, error is null ? TestVerdict.Passed : TestVerdict.Failed, error);
}
