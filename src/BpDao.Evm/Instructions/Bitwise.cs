using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Evm.Instructions;

/// <summary>Comparisons, bits and shifts, as far as the loop does not spell them out.</summary>
internal static unsafe class Bitwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetBool(UInt256* to, bool value) => *to = new UInt256(value ? 1UL : 0UL, 0, 0, 0);

    /// <summary>EIP-145.</summary>
    public static HaltReason Sar(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        sp[-1] = Int256.ShiftRight(sp[-1], sp[0]);
        return HaltReason.None;
    }

    /// <summary>EIP-7939.</summary>
    public static HaltReason CountLeadingZeros(VirtualMachine vm, Frame frame, UInt256* sp)
    {
        *sp = (ulong)sp->LeadingZeroCount;
        return HaltReason.None;
    }

    /// <summary>The value of the last <paramref name="count"/> bytes of a word; 9 to 31.</summary>
    public static UInt256 LowBytes(in UInt256 word, int count)
    {
        ulong partial = (1UL << ((count & 7) * 8)) - 1; // zero when the bytes fill whole limbs
        return (count >> 3) switch
        {
            1 => new UInt256(word.L0, word.L1 & partial, 0, 0),
            2 => new UInt256(word.L0, word.L1, word.L2 & partial, 0),
            _ => new UInt256(word.L0, word.L1, word.L2, word.L3 & partial),
        };
    }
}
