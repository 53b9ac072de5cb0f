using System.Runtime.CompilerServices;
using BpDao.Core;
using BpDao.Evm.Gas;

namespace BpDao.Evm;

/// <summary>The instructions of one fork: what to check before each and, for those the loop does not do itself, what to run.</summary>
/// <remarks>An instruction gets its operands at <c>sp[0]</c> (top), <c>sp[-1]</c>…, has its static gas paid and the height of the stack
/// checked, and leaves results where the stack ends after it. The loop moves the stack pointer.</remarks>
internal sealed unsafe class InstructionSet
{
    private static readonly InstructionSet[] ByFork = InstructionSets.BuildAll();

    /// <summary>The traits of the 256 opcodes, then their functions: the loop has a register for one table only.</summary>
    private readonly OpcodeTraits[] _table = GC.AllocateArray<OpcodeTraits>(512, pinned: true);

    public InstructionSet(OpcodeTraits[] traits, delegate*<VirtualMachine, Frame, UInt256*, HaltReason>[] run, Fork fork)
    {
        traits.CopyTo(_table, 0);
        // A pinned array that this object keeps: the pointer holds as long as it does, which is as long as the process.
        fixed (OpcodeTraits* table = _table) Traits = table;
        for (int op = 0; op < 256; op++) ((nint*)(Traits + 256))[op] = (nint)run[op];
        Gas = GasCosts.Of(fork);
    }

    public OpcodeTraits* Traits { get; }

    public GasCosts Gas { get; }

    /// <summary>The function of an opcode that the loop does not do itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static delegate*<VirtualMachine, Frame, UInt256*, HaltReason> RunOf(OpcodeTraits* traits, byte op) =>
        (delegate*<VirtualMachine, Frame, UInt256*, HaltReason>)((nint*)(traits + 256))[op];

    public static InstructionSet Of(Fork fork) => ByFork[(int)fork];
}
