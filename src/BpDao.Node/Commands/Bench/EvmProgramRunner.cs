using BpDao.Core;
using BpDao.Evm;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;
using BpDao.State;

namespace BpDao.Node.Commands.Bench;

/// <summary>What became of one program.</summary>
/// <param name="Error">Null: the result was right in every run.</param>
/// <param name="Timing">Null when the result was wrong: a wrong answer has no speed.</param>
internal sealed record EvmMeasurement(EvmProgram Program, string? Error, Timing? Timing)
{
    /// <summary>Millions of gas a second.</summary>
    public Spread MgasPerSecond => Timing!.Seconds.Rate(Program.Expected.Gas / 1e6);

    public double NanosecondsPerOperation => Timing!.Seconds.Median * 1e9 / Program.Expected.Operations;
}

/// <summary>Runs programs, each on a world of its own that knows nothing but the state before.</summary>
internal sealed class EvmProgramRunner(TimedRuns timedRuns)
{
    private readonly TransactionProcessor _processor = TransactionProcessor.Create();

    /// <summary>Checks every run, so that a program which goes wrong only later is found too.</summary>
    public EvmMeasurement Measure(EvmProgram program)
    {
        using StateView state = Open(program);
        BlockContext block = Block(program);
        IReleaseSpec spec = ReleaseSpec.Of(program.Fork);
        CallRequest call = new()
        {
            From = program.Sender, To = program.To, Input = program.Input, Value = program.Value, GasPrice = program.GasPrice, Gas = program.Gas,
        };
        if (Judge(program.Expected, _processor.Call(call, block, spec, new WorldState(state))) is { } wrong) return new EvmMeasurement(program, wrong, null);

        CallResult last = new();
        string? error = null;
        Timing timing = timedRuns.Measure(
            () =>
            {
                if (last.GasUsed != 0) error ??= Judge(program.Expected, last);
                return new WorldState(state);
            },
            world => last = _processor.Call(call, block, spec, world));
        error ??= Judge(program.Expected, last);
        return new EvmMeasurement(program, error, error is null ? timing : null);
    }

    private static string? Judge(EvmExpectation expected, CallResult result)
    {
        if (result.Success != expected.Succeeds) return $"ended with {result.Halt}, expected {(expected.Succeeds ? "success" : "a failure")}";
        if (!result.Output.Span.SequenceEqual(expected.Output.Span)) return $"returned {Hex.Encode(result.Output.Span)}, expected {Hex.Encode(expected.Output.Span)}";
        if (result.GasUsed != expected.Gas) return $"used {result.GasUsed} gas, expected {expected.Gas}";
        return result.Refund != expected.Refund ? $"refund {result.Refund}, expected {expected.Refund}" : null;
    }

    private static StateView Open(EvmProgram program) => StateView.Empty.With(TestAccount.StateOf(program.Pre));

    private static BlockContext Block(EvmProgram program) => new()
    {
        ChainId = 1,
        Number = 1,
        Timestamp = 1,
        Coinbase = Address.Zero,
        GasLimit = program.Gas,
        BlockHashes = NoBlockHashes.Instance,
    };
}
