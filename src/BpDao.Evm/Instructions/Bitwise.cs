using BpDao.Core;

namespace BpDao.Evm.Instructions;

/// <summary>Comparisons, bits and shifts, as far as the loop does not spell them out.</summary>
internal static unsafe class Bitwise
{
    public static void Byte(UInt256* sp) => Word.Set(sp - 1, UInt256.Byte(sp[-1], sp[0]).L0);

    public static void ShiftLeft(UInt256* sp) => Word.Set(sp - 1, sp->IsUInt64 && sp->L0 < 256 ? sp[-1] << (int)sp->L0 : default);

    public static void ShiftRight(UInt256* sp) => Word.Set(sp - 1, sp->IsUInt64 && sp->L0 < 256 ? sp[-1] >> (int)sp->L0 : default);

    /// <summary>EIP-145.</summary>
    public static HaltReason Sar(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        Word.Set(sp - 1, Int256.ShiftRight(sp[-1], sp[0]));
        return HaltReason.None;
    }

    /// <summary>EIP-7939.</summary>
    public static HaltReason CountLeadingZeros(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        Word.Set(sp, (ulong)sp->LeadingZeroCount);
        return HaltReason.None;
    }
}
