using BpDao.Core;
using BpDao.Evm.Tracing;

namespace BpDao.Evm.Tests;

/// <summary>Remembers the stack before the last instruction, and what was seen on the way.</summary>
internal sealed class StackAtEnd : ITxTracer
{
    public UInt256[] Last { get; private set; } = [];

    public int Instructions { get; private set; }

    public long GasCharged { get; private set; }

    public List<string> Frames { get; } = [];

    public bool TracesOpcodes => true;

    public void OnEnter(in FrameStart frame) => Frames.Add($"{frame.Depth} {frame.Kind} {frame.To}");

    public void OnExit(in FrameEnd frame) => Frames.Add($"{frame.Depth} {frame.Halt}");

    public void OnOpcode(in OpcodeStep step)
    {
        Last = step.Stack.ToArray();
        Instructions++;
    }

    public void OnOpcodeDone(long gasCost, HaltReason halt) => GasCharged += gasCost;

    public void OnSelfDestruct(in Address contract, in Address beneficiary, in UInt256 balance)
    {
    }
}
