using System.Text.Json;

namespace BpDao.Node.Commands.Conformance;

/// <summary>Prints outcomes: with <c>--json</c> a line for each, otherwise a line for each that did not pass; then the count.</summary>
internal sealed class TestReport(TextWriter output, bool json)
{
    private int _passed, _failed, _skipped;

    public int Total => _passed + _failed + _skipped;

    public bool HasFailures => _failed != 0;

    public void Add(TestOutcome outcome)
    {
        _ = outcome.Verdict switch
        {
            TestVerdict.Passed => _passed++,
            TestVerdict.Failed => _failed++,
            _ => _skipped++,
        };
        if (json) output.WriteLine(ToJson(outcome));
        else if (outcome.Verdict != TestVerdict.Passed) output.WriteLine(ToText(outcome));
    }

    public void Close() => output.WriteLine($"{_passed} passed, {_failed} failed, {_skipped} skipped");

    private static string ToText(TestOutcome outcome)
    {
        IEnumerable<string?> words = [outcome.Verdict == TestVerdict.Failed ? "FAILED" : "SKIPPED", outcome.Name, outcome.Fork, outcome.Variant];
        return $"{string.Join(' ', words.Where(w => !string.IsNullOrEmpty(w)))}: {outcome.Reason}";
    }

    private static string ToJson(TestOutcome outcome) => JsonLine.Of(w =>
    {
        w.WriteString("name", outcome.Name);
        if (outcome.Fork.Length != 0) w.WriteString("fork", outcome.Fork);
        if (outcome.Variant is { } variant) w.WriteString("variant", variant);
        w.WriteBoolean("pass", outcome.Verdict == TestVerdict.Passed);
        if (outcome.Verdict == TestVerdict.Skipped) w.WriteString("skipped", outcome.Reason);
        else if (outcome.Reason is { } error) w.WriteString("error", error);
        outcome.Details?.Invoke(w);
    });
}
