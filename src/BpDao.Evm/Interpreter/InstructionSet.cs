using BpDao.Core;
using BpDao.Evm.Gas;

namespace BpDao.Evm;

/// <summary>The instructions of one fork: what to check before each and, for those the loop does not do itself, what to run.</summary>
/// <remarks>An instruction gets its operands at <c>sp[0]</c> (top), <c>sp[-1]</c>…, has its static gas paid and the height of the stack
/// checked, and leaves results where the stack ends after it. The loop moves the stack pointer.</remarks>
internal sealed unsafe class InstructionSet
{
    private static readonly InstructionSet[] ByFork = InstructionSets.BuildAll();

    private readonly OpcodeTraits[] _traits = GC.AllocateArray<OpcodeTraits>(256, pinned: true);
    private readonly nint[] _run = GC.AllocateArray<nint>(256, pinned: true);

    public InstructionSet(OpcodeTraits[] traits, delegate*<VirtualMachine, Frame, UInt256*, HaltReason>[] run, Fork fork)
    {
        traits.CopyTo(_traits, 0);
        for (int op = 0; op < 256; op++) _run[op] = (nint)run[op];
        // Pinned arrays that this object keeps: the pointers hold as long as it does, which is as long as the process.
        fixed (OpcodeTraits* t = _traits) Traits = t;
        fixed (nint* r = _run) Run = (delegate*<VirtualMachine, Frame, UInt256*, HaltReason>*)r;
        Gas = GasCosts.Of(fork);
    }

    public OpcodeTraits* Traits { get; }

    public delegate*<VirtualMachine, Frame, UInt256*, HaltReason>* Run { get; }

    public GasCosts Gas { get; }

    public static InstructionSet Of(Fork fork) => ByFork[(int)fork];
}
