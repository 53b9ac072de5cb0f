using System.Runtime.CompilerServices;

namespace BpDao.Core;

// Schoolbook division, a digit of 64 bits at a time (Knuth's algorithm D), by divisors of each length. A divisor is given with its top bit
// set. A step takes a remainder below the divisor and the dividend's next limb, and leaves the next remainder and a digit of the quotient.

/// <summary>A divisor of one limb.</summary>
internal readonly struct Divisor1<THigh>(ulong d)
    where THigh : struct, IMultiplyHigh
{
    private readonly ulong _d = d, _v = Reciprocal.Of<THigh>(d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Step(ref ulong r, ulong next) => Reciprocal.DivideTwoByOne<THigh>(ref r, next, _d, _v);
}

/// <summary>A divisor of two limbs.</summary>
internal readonly struct Divisor2<THigh>(ulong d0, ulong d1)
    where THigh : struct, IMultiplyHigh
{
    private readonly ulong _d0 = d0, _d1 = d1, _v = Reciprocal.Of<THigh>(d1, d0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Step(ref ulong r0, ref ulong r1, ulong next) => Reciprocal.DivideThreeByTwo<THigh>(ref r1, ref r0, next, _d1, _d0, _v);
}

/// <summary>A divisor of three limbs.</summary>
internal readonly struct Divisor3<THigh>(ulong d0, ulong d1, ulong d2)
    where THigh : struct, IMultiplyHigh
{
    private readonly ulong _d0 = d0, _d1 = d1, _d2 = d2, _v = Reciprocal.Of<THigh>(d2, d1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Step(ref ulong r0, ref ulong r1, ref ulong r2, ulong next)
    {
        ulong carry = 0;
        if (r2 == _d2 && r1 == _d1)
        {
            // Equal leading limbs: the digit is 2^64 − 1, and exact. The dividend less 2^64·d and plus d fits the remainder.
            r2 = r1 - _d1;
            r1 = r0 - _d0;
            r2 -= Limb.ToCarry(r0 < _d0);
            r0 = Limb.Add(next, _d0, ref carry);
            r1 = Limb.Add(r1, _d1, ref carry);
            r2 += _d2 + carry;
            return ulong.MaxValue;
        }

        // The two leading limbs are divided exactly; the limb below may show that the digit is one too large.
        ulong digit = Reciprocal.DivideThreeByTwo<THigh>(ref r2, ref r1, r0, _d2, _d1, _v);
        ulong borrow = 0;
        ulong low = digit * _d0, high = THigh.High(digit, _d0);
        r0 = Limb.Subtract(next, low, ref borrow);
        r1 = Limb.Subtract(r1, high, ref borrow);
        r2 = Limb.Subtract(r2, 0, ref borrow);
        if (borrow == 0) return digit;
        r0 = Limb.Add(r0, _d0, ref carry);
        r1 = Limb.Add(r1, _d1, ref carry);
        r2 += _d2 + carry;
        return digit - 1;
    }
}

/// <summary>A divisor of four limbs.</summary>
internal readonly struct Divisor4<THigh>(ulong d0, ulong d1, ulong d2, ulong d3)
    where THigh : struct, IMultiplyHigh
{
    private readonly ulong _d0 = d0, _d1 = d1, _d2 = d2, _d3 = d3, _v = Reciprocal.Of<THigh>(d3, d2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Step(ref ulong r0, ref ulong r1, ref ulong r2, ref ulong r3, ulong next)
    {
        ulong carry = 0, borrow = 0;
        if (r3 == _d3 && r2 == _d2)
        {
            // As above.
            ulong t1 = Limb.Subtract(r0, _d0, ref borrow);
            ulong t2 = Limb.Subtract(r1, _d1, ref borrow);
            ulong t3 = r2 - _d2 - borrow;
            r0 = Limb.Add(next, _d0, ref carry);
            r1 = Limb.Add(t1, _d1, ref carry);
            r2 = Limb.Add(t2, _d2, ref carry);
            r3 = t3 + _d3 + carry;
            return ulong.MaxValue;
        }

        ulong digit = Reciprocal.DivideThreeByTwo<THigh>(ref r3, ref r2, r1, _d3, _d2, _v);
        ulong high = 0;
        ulong low = Limb.MultiplyAdd<THigh>(digit, _d0, 0, ref high);
        ulong s0 = Limb.Subtract(next, low, ref borrow);
        low = Limb.MultiplyAdd<THigh>(digit, _d1, 0, ref high);
        r1 = Limb.Subtract(r0, low, ref borrow);
        r2 = Limb.Subtract(r2, high, ref borrow);
        r3 = Limb.Subtract(r3, 0, ref borrow);
        r0 = s0;
        if (borrow == 0) return digit;
        r0 = Limb.Add(r0, _d0, ref carry);
        r1 = Limb.Add(r1, _d1, ref carry);
        r2 = Limb.Add(r2, _d2, ref carry);
        r3 += _d3 + carry;
        return digit - 1;
    }
}
