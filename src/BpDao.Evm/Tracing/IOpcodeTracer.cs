using BpDao.Core;

namespace BpDao.Evm.Tracing;

/// <summary>The loop's view of a tracer: a struct, so that the loop is compiled for each and the one that is off costs nothing.</summary>
internal unsafe interface IOpcodeTracer
{
    static abstract bool IsEnabled { get; }

    void Before(Frame frame, byte* ip, UInt256* sp, long gas);

    void After(Frame frame, long gas, HaltReason halt);
}

/// <summary>No tracing.</summary>
internal readonly unsafe struct Untraced : IOpcodeTracer
{
    public static bool IsEnabled => false;

    public void Before(Frame frame, byte* ip, UInt256* sp, long gas)
    {
    }

    public void After(Frame frame, long gas, HaltReason halt)
    {
    }
}

/// <summary>Hands each instruction to an <see cref="ITxTracer"/>.</summary>
internal readonly unsafe struct Traced(ITxTracer tracer) : IOpcodeTracer
{
    public static bool IsEnabled => true;

    public void Before(Frame frame, byte* ip, UInt256* sp, long gas)
    {
        frame.GasGivenBack = 0;
        frame.GasBeforeStep = gas;
        tracer.OnOpcode(new OpcodeStep
        {
            Depth = frame.Depth,
            Pc = (int)(ip - frame.Code.Start),
            Opcode = *ip,
            Gas = gas,
            Stack = new ReadOnlySpan<UInt256>(frame.Floor + 1, (int)(sp - frame.Floor)),
            Memory = frame.MemorySpan,
            ReturnData = frame.ReturnDataSpan,
            Address = frame.Account.Address,
            Refund = frame.Machine.World.Refund,
            World = frame.Machine.World,
        });
    }

    public void After(Frame frame, long gas, HaltReason halt) =>
        tracer.OnOpcodeDone(frame.GasBeforeStep - gas + frame.GasGivenBack, halt);
}
