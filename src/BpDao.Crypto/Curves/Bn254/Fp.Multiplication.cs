using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>Products. Factors may be as large as 2p, but of a sum of two products only one factor of each.</summary>
internal readonly partial struct Fp
{
    public static void Multiply(in Fp a, in Fp b, out Fp product)
    {
        if (MulxHigh.IsSupported) Multiply<MulxHigh>(a, b, out product);
        else Multiply<PortableHigh>(a, b, out product);
    }

    /// <summary>a·b + c·d with one reduction for both.</summary>
    public static void MultiplyAdd(in Fp a, in Fp b, in Fp c, in Fp d, out Fp sum)
    {
        if (MulxHigh.IsSupported) MultiplyAdd<MulxHigh>(a, b, c, d, out sum);
        else MultiplyAdd<PortableHigh>(a, b, c, d, out sum);
    }

    /// <summary>a·b − c·d with one reduction for both.</summary>
    public static void MultiplySubtract(in Fp a, in Fp b, in Fp c, in Fp d, out Fp difference)
    {
        // p − d without the case of zero: p itself is small enough for a factor.
        ulong borrow = 0;
        ulong n0 = Limb.Subtract(P0, d._l0, ref borrow);
        ulong n1 = Limb.Subtract(P1, d._l1, ref borrow);
        ulong n2 = Limb.Subtract(P2, d._l2, ref borrow);
        MultiplyAdd(a, b, c, new Fp(n0, n1, n2, P3 - d._l3 - borrow), out difference);
    }

    /// <summary>9a + b: ξ is 9 + i.</summary>
    public static void NineTimesPlus(in Fp a, in Fp b, out Fp sum)
    {
        if (MulxHigh.IsSupported) NineTimesPlus<MulxHigh>(a, b, out sum);
        else NineTimesPlus<PortableHigh>(a, b, out sum);
    }

    public static void Square(in Fp a, out Fp square) => Multiply(a, a, out square);

    /// <summary>Montgomery's product a·b / 2^256: operand scanning, a step of reduction after each row (Koç, Acar, Kaliski, "Analyzing and
    /// comparing Montgomery multiplication algorithms", CIOS). The upper limb of p leaves so much room that no row overflows four limbs, and
    /// (4p² + 2^256·p) / 2^256 is below 2p, so that one subtraction ends it.</summary>
    // Optimised at once: the first block of a fresh process may hold a thousand pairings.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply<THigh>(in Fp a, in Fp b, out Fp product)
        where THigh : struct, IMultiplyHigh
    {
        ulong a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3;
        ulong b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3;

        ulong r0 = 0, r1 = 0, r2 = 0, r3 = 0;
        ulong over = AddRow<THigh>(a0, a1, a2, a3, b0, ref r0, ref r1, ref r2, ref r3);
        DropLimb<THigh>(ref r0, ref r1, ref r2, ref r3, over);
        over = AddRow<THigh>(a0, a1, a2, a3, b1, ref r0, ref r1, ref r2, ref r3);
        DropLimb<THigh>(ref r0, ref r1, ref r2, ref r3, over);
        over = AddRow<THigh>(a0, a1, a2, a3, b2, ref r0, ref r1, ref r2, ref r3);
        DropLimb<THigh>(ref r0, ref r1, ref r2, ref r3, over);
        over = AddRow<THigh>(a0, a1, a2, a3, b3, ref r0, ref r1, ref r2, ref r3);
        DropLimb<THigh>(ref r0, ref r1, ref r2, ref r3, over);
        product = Reduce(r0, r1, r2, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyAdd<THigh>(in Fp a, in Fp b, in Fp c, in Fp d, out Fp sum)
        where THigh : struct, IMultiplyHigh
    {
        // Limbs are read where they are used: sixteen in locals would be more than there are registers.
        ulong r0 = 0, r1 = 0, r2 = 0, r3 = 0;
        ulong over = AddRow<THigh>(a._l0, a._l1, a._l2, a._l3, b._l0, ref r0, ref r1, ref r2, ref r3);
        over += AddRow<THigh>(c._l0, c._l1, c._l2, c._l3, d._l0, ref r0, ref r1, ref r2, ref r3);
        DropLimb<THigh>(ref r0, ref r1, ref r2, ref r3, over);
        over = AddRow<THigh>(a._l0, a._l1, a._l2, a._l3, b._l1, ref r0, ref r1, ref r2, ref r3);
        over += AddRow<THigh>(c._l0, c._l1, c._l2, c._l3, d._l1, ref r0, ref r1, ref r2, ref r3);
        DropLimb<THigh>(ref r0, ref r1, ref r2, ref r3, over);
        over = AddRow<THigh>(a._l0, a._l1, a._l2, a._l3, b._l2, ref r0, ref r1, ref r2, ref r3);
        over += AddRow<THigh>(c._l0, c._l1, c._l2, c._l3, d._l2, ref r0, ref r1, ref r2, ref r3);
        DropLimb<THigh>(ref r0, ref r1, ref r2, ref r3, over);
        over = AddRow<THigh>(a._l0, a._l1, a._l2, a._l3, b._l3, ref r0, ref r1, ref r2, ref r3);
        over += AddRow<THigh>(c._l0, c._l1, c._l2, c._l3, d._l3, ref r0, ref r1, ref r2, ref r3);
        DropLimb<THigh>(ref r0, ref r1, ref r2, ref r3, over);
        sum = Reduce(r0, r1, r2, r3);
    }

    internal static void NineTimesPlus<THigh>(in Fp a, in Fp b, out Fp sum)
        where THigh : struct, IMultiplyHigh
    {
        ulong r0 = b._l0, r1 = b._l1, r2 = b._l2, r3 = b._l3;
        ulong r4 = AddRow<THigh>(a._l0, a._l1, a._l2, a._l3, 9, ref r0, ref r1, ref r2, ref r3);

        // p is 3.02 · 2^252: 84/256 of the units of 2^252 is as many p as there are, or one too few.
        ulong quotient = (((r4 << 4) | (r3 >> 60)) * 84) >> 8;
        ulong carry = 0, borrow = 0;
        r0 = Limb.Subtract(r0, Limb.MultiplyAdd<THigh>(quotient, P0, 0, ref carry), ref borrow);
        r1 = Limb.Subtract(r1, Limb.MultiplyAdd<THigh>(quotient, P1, 0, ref carry), ref borrow);
        r2 = Limb.Subtract(r2, Limb.MultiplyAdd<THigh>(quotient, P2, 0, ref carry), ref borrow);
        sum = Reduce(r0, r1, r2, r3 - (quotient * P3) - carry - borrow);
    }

    /// <summary>r += a·y; the fifth limb is returned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddRow<THigh>(ulong a0, ulong a1, ulong a2, ulong a3, ulong y, ref ulong r0, ref ulong r1, ref ulong r2, ref ulong r3)
        where THigh : struct, IMultiplyHigh
    {
        ulong carry = 0;
        r0 = Limb.MultiplyAdd<THigh>(a0, y, r0, ref carry);
        r1 = Limb.MultiplyAdd<THigh>(a1, y, r1, ref carry);
        r2 = Limb.MultiplyAdd<THigh>(a2, y, r2, ref carry);
        r3 = Limb.MultiplyAdd<THigh>(a3, y, r3, ref carry);
        return carry;
    }

    /// <summary>Adds the multiple of p that clears the lowest limb, and shifts that limb out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DropLimb<THigh>(ref ulong r0, ref ulong r1, ref ulong r2, ref ulong r3, ulong over)
        where THigh : struct, IMultiplyHigh
    {
        ulong factor = r0 * NegativeInverse;
        // The lowest limb becomes zero, with a carry unless it was zero already.
        ulong carry = THigh.High(factor, P0) + Limb.ToCarry(r0 != 0);
        r0 = Limb.MultiplyAdd<THigh>(factor, P1, r1, ref carry);
        r1 = Limb.MultiplyAdd<THigh>(factor, P2, r2, ref carry);
        r2 = Limb.MultiplyAdd<THigh>(factor, P3, r3, ref carry);
        r3 = over + carry;
    }
}
