using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BpDao.Core;

public readonly partial struct UInt256
{
    /// <summary>Quotient and remainder; both zero when the divisor is zero (EVM DIV and MOD). The results may be the operands.</summary>
    public static void DivRem(in UInt256 a, in UInt256 b, out UInt256 quotient, out UInt256 remainder)
    {
        if (MulxHigh.IsSupported) DivRem<MulxHigh>(a, b, out quotient, out remainder);
        else DivRem<PortableHigh>(a, b, out quotient, out remainder);
    }

    /// <summary>Floor of the quotient; zero when the divisor is zero (EVM DIV).</summary>
    public static UInt256 operator /(in UInt256 a, in UInt256 b)
    {
        DivRem(a, b, out UInt256 quotient, out _);
        return quotient;
    }

    /// <summary>Remainder; zero when the divisor is zero (EVM MOD).</summary>
    public static UInt256 operator %(in UInt256 a, in UInt256 b)
    {
        DivRem(a, b, out _, out UInt256 remainder);
        return remainder;
    }

    internal static void DivRem<THigh>(in UInt256 a, in UInt256 b, out UInt256 quotient, out UInt256 remainder)
        where THigh : struct, IMultiplyHigh
    {
        if (a.IsUInt64 && b.IsUInt64)
        {
            (ulong q, ulong r) = b.L0 == 0 ? default : Math.DivRem(a.L0, b.L0);
            (quotient, remainder) = (q, r);
        }
        else if (a < b)
        {
            remainder = a; // before the quotient is written, which may be a
            quotient = default;
        }
        else if (b.L3 != 0)
        {
            DivideBy4<THigh>(a, b, out quotient, out remainder);
        }
        else if (b.L2 != 0)
        {
            DivideBy3<THigh>(a, b, out quotient, out remainder);
        }
        else if (b.L1 != 0)
        {
            DivideBy2<THigh>(a, b, out quotient, out remainder);
        }
        else if (b.L0 != 0)
        {
            DivideBy1<THigh>(a, b.L0, out quotient, out remainder);
        }
        else
        {
            quotient = remainder = default;
        }
    }

    // Dividend and divisor are shifted so that the divisor's top bit is set; the remainder is shifted back.
    private static void DivideBy1<THigh>(in UInt256 a, ulong b, out UInt256 quotient, out UInt256 remainder)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(b);
        Divisor1<THigh> divisor = new(b << shift);
        UInt256 u = ShiftUp(a, shift, out ulong r);
        ulong q3 = divisor.Step(ref r, u.L3);
        ulong q2 = divisor.Step(ref r, u.L2);
        ulong q1 = divisor.Step(ref r, u.L1);
        ulong q0 = divisor.Step(ref r, u.L0);
        quotient = Whole(q0, q1, q2, q3);
        remainder = Whole(r >> shift, 0, 0, 0);
    }

    private static void DivideBy2<THigh>(in UInt256 a, in UInt256 b, out UInt256 quotient, out UInt256 remainder)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(b.L1);
        UInt256 d = ShiftUp(b, shift, out _);
        Divisor2<THigh> divisor = new(d.L0, d.L1);
        UInt256 u = ShiftUp(a, shift, out ulong r1);
        ulong r0 = u.L3;
        ulong q2 = divisor.Step(ref r0, ref r1, u.L2);
        ulong q1 = divisor.Step(ref r0, ref r1, u.L1);
        ulong q0 = divisor.Step(ref r0, ref r1, u.L0);
        quotient = Whole(q0, q1, q2, 0);
        remainder = ShiftDown(r0, r1, 0, 0, shift);
    }

    private static void DivideBy3<THigh>(in UInt256 a, in UInt256 b, out UInt256 quotient, out UInt256 remainder)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(b.L2);
        UInt256 d = ShiftUp(b, shift, out _);
        Divisor3<THigh> divisor = new(d.L0, d.L1, d.L2);
        UInt256 u = ShiftUp(a, shift, out ulong r2);
        ulong r1 = u.L3, r0 = u.L2;
        ulong q1 = divisor.Step(ref r0, ref r1, ref r2, u.L1);
        ulong q0 = divisor.Step(ref r0, ref r1, ref r2, u.L0);
        quotient = Whole(q0, q1, 0, 0);
        remainder = ShiftDown(r0, r1, r2, 0, shift);
    }

    private static void DivideBy4<THigh>(in UInt256 a, in UInt256 b, out UInt256 quotient, out UInt256 remainder)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(b.L3);
        UInt256 d = ShiftUp(b, shift, out _);
        Divisor4<THigh> divisor = new(d.L0, d.L1, d.L2, d.L3);
        UInt256 u = ShiftUp(a, shift, out ulong r3);
        ulong r2 = u.L3, r1 = u.L2, r0 = u.L1;
        quotient = Whole(divisor.Step(ref r0, ref r1, ref r2, ref r3, u.L0), 0, 0, 0);
        remainder = ShiftDown(r0, r1, r2, r3, shift);
    }

    /// <summary>a · 2^shift, what comes out at the top apart; the shift is from 0 to 63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt256 ShiftUp(in UInt256 a, int shift, out ulong top)
    {
        // A shift by 64 − shift would be by 64, hence by 0, when the shift is 0: two steps make it what it should be.
        int down = 63 - shift;
        top = (a.L3 >> 1) >> down;
        return new UInt256(
            a.L0 << shift,
            (a.L1 << shift) | ((a.L0 >> 1) >> down),
            (a.L2 << shift) | ((a.L1 >> 1) >> down),
            (a.L3 << shift) | ((a.L2 >> 1) >> down));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt256 ShiftDown(ulong l0, ulong l1, ulong l2, ulong l3, int shift)
    {
        int up = 63 - shift;
        return Whole(
            (l0 >> shift) | ((l1 << 1) << up),
            (l1 >> shift) | ((l2 << 1) << up),
            (l2 >> shift) | ((l3 << 1) << up),
            l3 >> shift);
    }

    /// <summary>A result made to be stored at once: it is copied next, 32 bytes wide, and would wait for four stores of a limb.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt256 Whole(ulong l0, ulong l1, ulong l2, ulong l3) =>
        Unsafe.BitCast<Vector256<ulong>, UInt256>(Vector256.Create(l0, l1, l2, l3));
}
