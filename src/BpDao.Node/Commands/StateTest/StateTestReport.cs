using System.Buffers;
using System.Text;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.Node.Commands.StateTest;

/// <summary>Prints outcomes: with <c>--json</c> a line for each, otherwise a line for each failure; then the count.</summary>
internal sealed class StateTestReport(TextWriter output, bool json)
{
    public int Total { get; private set; }

    public int Failures { get; private set; }

    public void Add(IEnumerable<StateTestOutcome> outcomes)
    {
        foreach (StateTestOutcome outcome in outcomes)
        {
            Total++;
            if (!outcome.Passed) Failures++;
            if (json) output.WriteLine(ToJson(outcome));
            else if (!outcome.Passed) output.WriteLine($"FAILED {outcome.Case.Name} {outcome.Case.Fork} {outcome.Case.Variant}: {outcome.Error}");
        }
    }

    public void Close() => output.WriteLine($"{Total - Failures} passed, {Failures} failed");

    /// <summary>The line that ends the trace of a case, as goevmlab expects it.</summary>
    public static void WriteTraceEnd(TextWriter trace, StateTestOutcome outcome) => trace.WriteLine(Write(w =>
    {
        if (outcome.Result is { IsValid: true } result)
        {
            w.WriteString("output", Hex.Encode(result.Output.Span));
            w.WriteString("gasUsed", ((UInt256)result.GasUsed).ToHexQuantity());
        }

        w.WriteString("stateRoot", outcome.StateRoot.ToString());
    }));

    private static string ToJson(StateTestOutcome outcome) => Write(w =>
    {
        w.WriteString("name", outcome.Case.Name);
        w.WriteString("fork", outcome.Case.Fork);
        w.WriteString("variant", outcome.Case.Variant);
        w.WriteBoolean("pass", outcome.Passed);
        if (outcome.Error is { } error) w.WriteString("error", error);
        w.WriteString("stateRoot", outcome.StateRoot.ToString());
        w.WriteString("logsHash", outcome.LogsHash.ToString());
        if (outcome.Result is { IsValid: true } result) w.WriteNumber("gasUsed", result.GasUsed);
    });

    private static string Write(Action<Utf8JsonWriter> content)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
