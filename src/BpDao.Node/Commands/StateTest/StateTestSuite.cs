using System.Text.Json;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Evm.Tracing;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.StateTest;

/// <summary><c>bpdao statetest</c>: runs official state tests and compares state roots and logs.</summary>
/// <param name="trace">Where EIP-3155 lines go; null: no traces.</param>
internal sealed class StateTestSuite(TextWriter? trace) : ITestSuite
{
    private readonly StateTestRunner _runner = new();

    public static ConformanceCommand Command { get; } = new()
    {
        Name = "statetest",
        Summary = "Run official state tests.",
        Suite = (options, console) => new StateTestSuite(options.Trace ? console.Error : null),
        Traces = true,
    };

    public IReadOnlyList<ITestCase> Read(JsonElement file, TestSelection selection) =>
    [
        .. StateTestReader.Read(file, selection).Select(test => new Case(this, test)),
        .. VmTest.Read(file, selection),
    ];

    private TestOutcome Run(StateTestCase test)
    {
        Eip3155Tracer? tracer = trace is null ? null : new Eip3155Tracer(trace);
        StateTestOutcome outcome = _runner.Run(test, tracer);
        if (trace is not null) WriteTraceEnd(trace, outcome);
        return TestOutcome.Of(test.Name, test.Fork, outcome.Error) with { Variant = test.Variant, Details = w => WriteDetails(w, outcome) };
    }

    private static void WriteDetails(Utf8JsonWriter w, StateTestOutcome outcome)
    {
        w.WriteString("stateRoot", outcome.StateRoot.ToString());
        w.WriteString("logsHash", outcome.LogsHash.ToString());
        if (outcome.Result is { IsValid: true } result) w.WriteNumber("gasUsed", result.GasUsed);
    }

    /// <summary>The line that ends the trace of a case, as goevmlab expects it.</summary>
    private static void WriteTraceEnd(TextWriter trace, StateTestOutcome outcome) => trace.WriteLine(JsonLine.Of(w =>
    {
        if (outcome.Result is { IsValid: true } result)
        {
            w.WriteString("output", Hex.Encode(result.Output.Span));
            w.WriteString("gasUsed", ((UInt256)result.GasUsed).ToHexQuantity());
        }

        w.WriteString("stateRoot", outcome.StateRoot.ToString());
    }));

    private sealed class Case(StateTestSuite suite, StateTestCase test) : ITestCase
    {
        public string Name => test.Name;

        public string Fork => test.Fork;

        public TestOutcome Run() => suite.Run(test);
    }
}
