using System.Runtime.CompilerServices;
using BpDao.Core;
using BpDao.Evm.Tracing;

namespace BpDao.Evm;

/// <summary>One message call or creation being executed. Pooled: a machine has one for each depth and uses it again and again.</summary>
/// <remarks>Stack and memory are pinned arrays held by this object, so pointers into them are good while the frame lives; memory moves
/// when it grows, and only this frame's own instructions make it grow.</remarks>
internal sealed unsafe class Frame
{
    private const int LargestKept = 1 << 20;

    private readonly UInt256[] _stack = GC.AllocateUninitializedArray<UInt256>(OpcodeTraits.MaxStack + 1, pinned: true);
    private byte[] _memory = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private CodeInfo? _initCode;

    public Frame(VirtualMachine machine, int depth)
    {
        Machine = machine;
        Depth = depth;
        fixed (UInt256* stack = _stack) Floor = stack;
        fixed (byte* memory = _memory) Memory = memory;
    }

    public VirtualMachine Machine { get; }

    public int Depth { get; }

    /// <summary>One below the first item: where the stack pointer is when the stack is empty.</summary>
    public UInt256* Floor { get; }

    // The machine while another frame runs, or while an instruction outside the loop runs (gas only).
    public long Gas;
    public byte* Ip;
    public UInt256* Sp;

    public byte* Memory;
    public int MemorySize;

    // Of the running code: where it begins, how long it is, where it may be jumped to.
    private byte* _code;
    private ulong _codeLength;
    private ulong* _jumpMap;

    // The message.
    public FrameKind Kind;
    public bool IsStatic;
    public CodeInfo Code = null!; // set by whoever starts the frame, before anything runs
    public AccountState Account = null!;
    public Address CodeAddress;
    public Address Caller;
    public UInt256 Value;
    public byte* Input;
    public int InputLength;
    public long GasAtStart;
    public Snapshot Snapshot;

    /// <summary>Where the caller wants the output in its memory.</summary>
    public int OutputTarget, OutputTargetLength;

    // What the last call made by this frame gave back; lies in the memory of the frame below or in the machine's buffer.
    public byte* ReturnData;
    public int ReturnDataLength;

    /// <summary>Gas handed out and returned within one instruction; kept for tracers only.</summary>
    public long GasGivenBack;

    /// <summary>Gas in front of the instruction; kept by tracers.</summary>
    public long GasBeforeStep;

    // How it ended.
    public HaltReason Halt;
    public byte* Output;
    public int OutputLength;

    public bool IsCreation => Kind is FrameKind.Create or FrameKind.Create2;

    public ReadOnlySpan<byte> InputSpan => new(Input, InputLength);

    public ReadOnlySpan<byte> OutputSpan => new(Output, OutputLength);

    public ReadOnlySpan<byte> MemorySpan => new(Memory, MemorySize);

    public ReadOnlySpan<byte> ReturnDataSpan => new(ReturnData, ReturnDataLength);

    /// <summary>Sets the machine to the first instruction of <paramref name="code"/> with nothing on stack and in memory.</summary>
    public void Start(CodeInfo code, long gas)
    {
        Code = code;
        Ip = _code = code.Start;
        _codeLength = (ulong)code.Length;
        _jumpMap = null;
        Sp = Floor;
        Gas = GasAtStart = gas;
        MemorySize = 0;
        ReturnDataLength = 0;
        Halt = HaltReason.None;
        OutputLength = 0;
    }

    /// <summary>Prepares init code in a buffer that the frame keeps for the next creation.</summary>
    public CodeInfo PrepareInitCode(ReadOnlySpan<byte> code)
    {
        if (_initCode is null) return _initCode = new CodeInfo(code);
        _initCode.Reload(code);
        return _initCode;
    }

    /// <summary>Moves the instruction pointer to the JUMPDEST at an offset in the code; false when none is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryJump(ulong to, ref byte* ip)
    {
        if (to >= _codeLength) return false;
        if (_jumpMap == null) _jumpMap = Code.JumpMap;
        if (((_jumpMap[to >> 6] >> (int)to) & 1) == 0) return false;
        ip = _code + to;
        return true;
    }

    public bool TryCharge(long amount) => (Gas -= amount) >= 0;

    /// <summary>Reads a memory range from the stack, charges for reaching it and makes it there; false: out of gas.</summary>
    public bool TryReach(in UInt256 offset, in UInt256 length, out int start, out int count)
    {
        start = count = 0;
        if (length.IsZero) return true;
        if (!offset.IsUInt64 || !length.IsUInt64 || !TryExpand(offset.L0, length.L0)) return false;
        start = (int)offset.L0;
        count = (int)length.L0;
        return true;
    }

    /// <summary>Charges for memory up to the end of a range that is not empty and makes it there; false: out of gas.</summary>
    public bool TryExpand(ulong offset, ulong length)
    {
        ulong end = offset + length;
        if (end <= (ulong)MemorySize && end >= offset) return true;
        // No gas limit pays for 2 GiB (it would take 9·10^12 gas), and an array cannot be larger.
        if (end < offset || end > (ulong)Array.MaxLength - 32) return false;
        int words = (int)((end + 31) / 32);
        if (!TryCharge(MemoryCost(words) - MemoryCost(MemorySize / 32))) return false;
        int size = words * 32;
        if (size > _memory.Length) Grow(size);
        new Span<byte>(Memory + MemorySize, size - MemorySize).Clear();
        MemorySize = size;
        return true;
    }

    /// <summary>Lets go of memory that one execution made unusually large.</summary>
    public void Trim()
    {
        if (_memory.Length <= LargestKept) return;
        MemorySize = 0;
        Grow(4096);
    }

    /// <summary>Yellow Paper, equation 326.</summary>
    private static long MemoryCost(long words) => (3 * words) + (words * words / 512);

    private void Grow(int size)
    {
        long wanted = Math.Min(Math.Max((long)size, 2L * MemorySize), Array.MaxLength);
        byte[] larger = GC.AllocateUninitializedArray<byte>((int)wanted, pinned: true);
        MemorySpan.CopyTo(larger);
        _memory = larger;
        fixed (byte* memory = larger) Memory = memory;
    }
}
