using System.Runtime.CompilerServices;

namespace BpDao.Core;

public readonly partial struct UInt256
{
    /// <summary>Sum modulo 2^256; true when it wrapped. <paramref name="sum"/> may be one of the operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AddOverflow(in UInt256 a, in UInt256 b, out UInt256 sum)
    {
        ulong l0 = a.L0 + b.L0;
        ulong carry = Limb.ToCarry(l0 < a.L0);
        ulong l1 = Limb.Add(a.L1, b.L1, ref carry);
        ulong l2 = Limb.Add(a.L2, b.L2, ref carry);
        ulong l3 = Limb.Add(a.L3, b.L3, ref carry);
        sum = new UInt256(l0, l1, l2, l3);
        return carry != 0;
    }

    /// <summary>Difference modulo 2^256; true when it wrapped. <paramref name="difference"/> may be one of the operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SubtractUnderflow(in UInt256 a, in UInt256 b, out UInt256 difference)
    {
        ulong l0 = a.L0 - b.L0;
        ulong borrow = Limb.ToCarry(a.L0 < b.L0);
        ulong l1 = Limb.Subtract(a.L1, b.L1, ref borrow);
        ulong l2 = Limb.Subtract(a.L2, b.L2, ref borrow);
        ulong l3 = Limb.Subtract(a.L3, b.L3, ref borrow);
        difference = new UInt256(l0, l1, l2, l3);
        return borrow != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator +(in UInt256 a, in UInt256 b)
    {
        AddOverflow(a, b, out UInt256 sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator -(in UInt256 a, in UInt256 b)
    {
        SubtractUnderflow(a, b, out UInt256 difference);
        return difference;
    }

    /// <summary>Two's complement: 2^256 − a.</summary>
    public static UInt256 operator -(in UInt256 a) => Zero - a;
}
