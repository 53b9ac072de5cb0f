using BpDao.Core;
using BpDao.Evm;
using BpDao.Evm.Tracing;

namespace BpDao.Node.Commands.StateTest;

/// <summary>Notes which precompiled contracts were called that ended the execution for want of an implementation.</summary>
internal sealed class MissingPrecompileTracer : ITxTracer
{
    private readonly Stack<Address> _frames = new();
    private readonly SortedSet<Address> _called = [];

    public IReadOnlyCollection<Address> Called => _called;

    public bool TracesOpcodes => false;

    public void OnEnter(in FrameStart frame) => _frames.Push(frame.CodeAddress);

    public void OnExit(in FrameEnd frame)
    {
        Address ended = _frames.Pop();
        // The reason travels outward; only the innermost frame is the contract itself.
        if (frame.Halt == HaltReason.PrecompileNotSupported && _called.Count == 0) _called.Add(ended);
    }

    public void OnOpcode(in OpcodeStep step)
    {
    }

    public void OnOpcodeDone(long gasCost, HaltReason halt)
    {
    }

    public void OnSelfDestruct(in Address contract, in Address beneficiary, in UInt256 balance)
    {
    }
}
