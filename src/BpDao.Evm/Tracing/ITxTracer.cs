using BpDao.Core;

namespace BpDao.Evm.Tracing;

/// <summary>Watches one transaction or call from inside. Where none is given, execution pays nothing for the possibility.</summary>
/// <remarks>Order: <see cref="OnEnter"/>, then for each instruction <see cref="OnOpcode"/> and <see cref="OnOpcodeDone"/>, frames of
/// calls nested after the <see cref="OnOpcodeDone"/> of the instruction that made them, then <see cref="OnExit"/>.</remarks>
public interface ITxTracer
{
    /// <summary>Whether the two opcode hooks are wanted; asked once for each execution.</summary>
    bool TracesOpcodes { get; }

    /// <summary>A call, creation or precompiled contract begins.</summary>
    void OnEnter(in FrameStart frame);

    /// <summary>The frame entered last has ended; its changes are undone already if it failed.</summary>
    void OnExit(in FrameEnd frame);

    /// <summary>An instruction is about to run; nothing has been checked or charged yet.</summary>
    void OnOpcode(in OpcodeStep step);

    /// <summary>The instruction ran. <paramref name="gasCost"/> includes gas handed to a nested frame.</summary>
    void OnOpcodeDone(long gasCost, HaltReason halt);

    /// <summary>A contract was scheduled for destruction, or only sent its balance away (EIP-6780).</summary>
    void OnSelfDestruct(in Address contract, in Address beneficiary, in UInt256 balance);
}

/// <summary>How a frame came to be.</summary>
public enum FrameKind : byte
{
    Call,
    CallCode,
    DelegateCall,
    StaticCall,
    Create,
    Create2,
}

/// <summary>The beginning of a frame. Spans hold only during the hook.</summary>
public readonly ref struct FrameStart
{
    public required FrameKind Kind { get; init; }

    /// <summary>Zero for the outermost frame.</summary>
    public required int Depth { get; init; }

    /// <summary>CALLER inside the frame.</summary>
    public required Address From { get; init; }

    /// <summary>ADDRESS inside the frame: whose storage it writes.</summary>
    public required Address To { get; init; }

    /// <summary>Whose code runs; as <see cref="To"/> unless the kind or a delegation (EIP-7702) says otherwise.</summary>
    public required Address CodeAddress { get; init; }

    /// <summary>CALLVALUE, in wei.</summary>
    public required UInt256 Value { get; init; }

    public required long Gas { get; init; }

    /// <summary>Call data, or init code of a creation.</summary>
    public required ReadOnlySpan<byte> Input { get; init; }
}

/// <summary>The end of a frame. Spans hold only during the hook.</summary>
public readonly ref struct FrameEnd
{
    public required int Depth { get; init; }

    public required HaltReason Halt { get; init; }

    public required long GasUsed { get; init; }

    /// <summary>Return or revert data; of a creation the deployed code.</summary>
    public required ReadOnlySpan<byte> Output { get; init; }
}

/// <summary>The machine before an instruction. Spans hold only during the hook.</summary>
public readonly ref struct OpcodeStep
{
    public required int Depth { get; init; }

    public required int Pc { get; init; }

    public required byte Opcode { get; init; }

    /// <summary>Gas left.</summary>
    public required long Gas { get; init; }

    /// <summary>Bottom first.</summary>
    public required ReadOnlySpan<UInt256> Stack { get; init; }

    public required ReadOnlySpan<byte> Memory { get; init; }

    /// <summary>RETURNDATA.</summary>
    public required ReadOnlySpan<byte> ReturnData { get; init; }

    /// <summary>ADDRESS.</summary>
    public required Address Address { get; init; }

    /// <summary>The refund counter.</summary>
    public required long Refund { get; init; }

    public required WorldState World { get; init; }
}
