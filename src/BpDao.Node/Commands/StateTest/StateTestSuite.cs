using System.Text.Json;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Evm.Tracing;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.StateTest;

/// <summary><c>bpdao statetest</c>: runs official state tests and compares state roots and logs.</summary>
/// <param name="trace">Where EIP-3155 lines go; null: no traces.</param>
/// <param name="returnData">Whether those lines hold what calls returned.</param>
internal sealed class StateTestSuite(TextWriter? trace, bool returnData) : ITestSuite
{
    private readonly StateTestRunner _runner = new();

    public static ConformanceCommand Command { get; } = new()
    {
        Name = "statetest",
        Summary = "Run official state tests.",
        Suite = (options, console) => new StateTestSuite(options.Trace ? console.Error : null, options.TraceReturnData),
        Traces = true,
    };

    public IReadOnlyList<ITestCase> Read(JsonElement file, TestSelection selection) =>
    [
        .. StateTestReader.Read(file, selection).Select(test => new Case(this, test)),
        .. StateTestReader.ReadUnknown(file, selection),
        .. VmTest.Read(file, selection),
    ];

    private TestOutcome Run(StateTestCase test)
    {
        Eip3155Tracer? tracer = trace is null ? null : new Eip3155Tracer(trace, returnData);
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

    /// <summary>The two lines that end the trace of a case: what the transaction came to, and the state. goevmlab reads up to the second.</summary>
    private static void WriteTraceEnd(TextWriter trace, StateTestOutcome outcome)
    {
        if (outcome.Result is { IsValid: true } result)
        {
            trace.WriteLine(JsonLine.Of(w =>
            {
                w.WriteString("output", Convert.ToHexStringLower(result.Output.Span)); // geth: no 0x here
                w.WriteString("gasUsed", ((UInt256)result.GasUsed).ToHexQuantity());
                if (!result.Success) w.WriteString("error", result.Halt.ToString());
            }));
        }

        trace.WriteLine(JsonLine.Of(w => w.WriteString("stateRoot", outcome.StateRoot.ToString())));
    }

    private sealed class Case(StateTestSuite suite, StateTestCase test) : ITestCase
    {
        public string Name => test.Name;

        public string Fork => test.Fork;

        public TestOutcome Run() => suite.Run(test);
    }
}
