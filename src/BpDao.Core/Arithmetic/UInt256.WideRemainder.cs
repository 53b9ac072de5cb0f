using System.Numerics;
using System.Runtime.CompilerServices;

namespace BpDao.Core;

public readonly partial struct UInt256
{
    /// <summary>(high · 2^256 + low) mod m, m ≠ 0.</summary>
    private static UInt256 Remainder<THigh>(in UInt256 high, in UInt256 low, in UInt256 m)
        where THigh : struct, IMultiplyHigh
    {
        if (m.L3 != 0) return RemainderBy4<THigh>(high, low, m);
        if (high.IsZero)
        {
            DivRem<THigh>(low, m, out _, out UInt256 small);
            return small;
        }

        return m.L2 != 0 ? RemainderBy3<THigh>(high, low, m)
            : m.L1 != 0 ? RemainderBy2<THigh>(high, low, m)
            : RemainderBy1<THigh>(high, low, m.L0);
    }

    private static UInt256 RemainderBy1<THigh>(in UInt256 high, in UInt256 low, ulong m)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(m);
        Divisor1<THigh> divisor = new(m << shift);
        UInt256 u = ShiftUp(high, shift, out ulong r);
        divisor.Step(ref r, u.L3);
        divisor.Step(ref r, u.L2);
        divisor.Step(ref r, u.L1);
        u = ShiftUp(low, shift, out ulong top);
        divisor.Step(ref r, (high.L0 << shift) | top);
        divisor.Step(ref r, u.L3);
        divisor.Step(ref r, u.L2);
        divisor.Step(ref r, u.L1);
        divisor.Step(ref r, u.L0);
        return Whole(r >> shift, 0, 0, 0);
    }

    private static UInt256 RemainderBy2<THigh>(in UInt256 high, in UInt256 low, in UInt256 m)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(m.L1);
        UInt256 d = ShiftUp(m, shift, out _);
        Divisor2<THigh> divisor = new(d.L0, d.L1);
        UInt256 u = ShiftUp(high, shift, out ulong r1);
        ulong r0 = u.L3;
        divisor.Step(ref r0, ref r1, u.L2);
        divisor.Step(ref r0, ref r1, u.L1);
        u = ShiftUp(low, shift, out ulong top);
        divisor.Step(ref r0, ref r1, (high.L0 << shift) | top);
        divisor.Step(ref r0, ref r1, u.L3);
        divisor.Step(ref r0, ref r1, u.L2);
        divisor.Step(ref r0, ref r1, u.L1);
        divisor.Step(ref r0, ref r1, u.L0);
        return ShiftDown(r0, r1, 0, 0, shift);
    }

    private static UInt256 RemainderBy3<THigh>(in UInt256 high, in UInt256 low, in UInt256 m)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(m.L2);
        UInt256 d = ShiftUp(m, shift, out _);
        Divisor3<THigh> divisor = new(d.L0, d.L1, d.L2);
        UInt256 u = ShiftUp(high, shift, out ulong r2);
        ulong r1 = u.L3, r0 = u.L2;
        divisor.Step(ref r0, ref r1, ref r2, u.L1);
        u = ShiftUp(low, shift, out ulong top);
        divisor.Step(ref r0, ref r1, ref r2, (high.L0 << shift) | top);
        divisor.Step(ref r0, ref r1, ref r2, u.L3);
        divisor.Step(ref r0, ref r1, ref r2, u.L2);
        divisor.Step(ref r0, ref r1, ref r2, u.L1);
        divisor.Step(ref r0, ref r1, ref r2, u.L0);
        return ShiftDown(r0, r1, r2, 0, shift);
    }

    private static UInt256 RemainderBy4<THigh>(in UInt256 high, in UInt256 low, in UInt256 m)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(m.L3);
        UInt256 d = ShiftUp(m, shift, out _);
        Divisor4<THigh> divisor = new(d.L0, d.L1, d.L2, d.L3);
        UInt256 u = ShiftUp(high, shift, out ulong r3), v = ShiftUp(low, shift, out ulong top);
        ulong r2 = u.L3, r1 = u.L2, r0 = u.L1, next = u.L0 | top;
        if (r3 == 0 && r2 < d.L3)
        {
            // The upper half is below the divisor, as it is for the product of two remainders: a step less.
            (r3, r2, r1, r0) = (r2, r1, r0, next);
        }
        else
        {
            divisor.Step(ref r0, ref r1, ref r2, ref r3, next);
        }

        divisor.Step(ref r0, ref r1, ref r2, ref r3, v.L3);
        divisor.Step(ref r0, ref r1, ref r2, ref r3, v.L2);
        divisor.Step(ref r0, ref r1, ref r2, ref r3, v.L1);
        divisor.Step(ref r0, ref r1, ref r2, ref r3, v.L0);
        return ShiftDown(r0, r1, r2, r3, shift);
    }
}
