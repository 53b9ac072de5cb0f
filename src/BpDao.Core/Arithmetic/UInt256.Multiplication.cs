using System.Runtime.CompilerServices;

namespace BpDao.Core;

public readonly partial struct UInt256
{
    /// <summary>Product modulo 2^256. <paramref name="product"/> may be one of the operands.</summary>
    public static void Multiply(in UInt256 a, in UInt256 b, out UInt256 product)
    {
        if (MulxHigh.IsSupported) MultiplyLow<MulxHigh>(a, b, out product);
        else MultiplyLow<PortableHigh>(a, b, out product);
    }

    /// <summary>The exact product, high · 2^256 + low.</summary>
    public static void MultiplyFull(in UInt256 a, in UInt256 b, out UInt256 high, out UInt256 low)
    {
        if (MulxHigh.IsSupported) MultiplyFull<MulxHigh>(a, b, out high, out low);
        else MultiplyFull<PortableHigh>(a, b, out high, out low);
    }

    /// <summary>Product modulo 2^256; true when it wrapped. <paramref name="product"/> may be one of the operands.</summary>
    public static bool MultiplyOverflow(in UInt256 a, in UInt256 b, out UInt256 product)
    {
        MultiplyFull(a, b, out UInt256 high, out product);
        return !high.IsZero;
    }

    public static UInt256 operator *(in UInt256 a, in UInt256 b)
    {
        UInt256 product;
        if (MulxHigh.IsSupported) MultiplyLow<MulxHigh>(a, b, out product);
        else MultiplyLow<PortableHigh>(a, b, out product);
        return product;
    }

    // Inlined, so that results go from registers to where the caller wants them: a copy made right after would wait for the stores.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void MultiplyLow<THigh>(in UInt256 a, in UInt256 b, out UInt256 product)
        where THigh : struct, IMultiplyHigh
    {
        (ulong a0, ulong a1, ulong a2, ulong a3) = (a.L0, a.L1, a.L2, a.L3);
        (ulong b0, ulong b1, ulong b2, ulong b3) = (b.L0, b.L1, b.L2, b.L3);
        if ((a1 | a2 | a3 | b1 | b2 | b3) == 0)
        {
            product = new UInt256(a0 * b0, THigh.High(a0, b0), 0, 0);
            return;
        }

        // Column by column: the carries of a column are counted, so that none waits for another.
        ulong c2 = 0, c3 = 0;
        ulong r1 = THigh.High(a0, b0);
        Add(ref r1, a0 * b1, ref c2);
        Add(ref r1, a1 * b0, ref c2);
        ulong r2 = THigh.High(a0, b1);
        Add(ref r2, THigh.High(a1, b0), ref c3);
        Add(ref r2, a0 * b2, ref c3);
        Add(ref r2, a1 * b1, ref c3);
        Add(ref r2, a2 * b0, ref c3);
        Add(ref r2, c2, ref c3);
        ulong r3 = (a0 * b3) + (a1 * b2) + (a2 * b1) + (a3 * b0) + THigh.High(a0, b2) + THigh.High(a1, b1) + THigh.High(a2, b0) + c3;
        product = new UInt256(a0 * b0, r1, r2, r3);
    }

    /// <summary>Square modulo 2^256. <paramref name="square"/> may be the operand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SquareLow<THigh>(in UInt256 a, out UInt256 square)
        where THigh : struct, IMultiplyHigh
    {
        (ulong a0, ulong a1, ulong a2, ulong a3) = (a.L0, a.L1, a.L2, a.L3);
        ulong c2 = 0, c3 = 0;
        ulong low01 = a0 * a1, high01 = THigh.High(a0, a1), low02 = a0 * a2;
        // Products of two different limbs count twice.
        ulong r1 = THigh.High(a0, a0);
        Add(ref r1, low01 << 1, ref c2);
        ulong r2 = (high01 << 1) | (low01 >> 63);
        Add(ref r2, low02 << 1, ref c3);
        Add(ref r2, a1 * a1, ref c3);
        Add(ref r2, c2, ref c3);
        ulong r3 = (((a0 * a3) + (a1 * a2) + THigh.High(a0, a2)) << 1) + (low02 >> 63) + (high01 >> 63) + THigh.High(a1, a1) + c3;
        square = new UInt256(a0 * a0, r1, r2, r3);
    }

    internal static void MultiplyFull<THigh>(in UInt256 a, in UInt256 b, out UInt256 high, out UInt256 low)
        where THigh : struct, IMultiplyHigh
    {
        (ulong a0, ulong a1, ulong a2, ulong a3) = (a.L0, a.L1, a.L2, a.L3);
        (ulong b0, ulong b1, ulong b2, ulong b3) = (b.L0, b.L1, b.L2, b.L3);

        ulong carry = 0;
        ulong r0 = Limb.MultiplyAdd<THigh>(a0, b0, 0, ref carry);
        ulong r1 = Limb.MultiplyAdd<THigh>(a0, b1, 0, ref carry);
        ulong r2 = Limb.MultiplyAdd<THigh>(a0, b2, 0, ref carry);
        ulong r3 = Limb.MultiplyAdd<THigh>(a0, b3, 0, ref carry);
        ulong r4 = carry;

        carry = 0;
        r1 = Limb.MultiplyAdd<THigh>(a1, b0, r1, ref carry);
        r2 = Limb.MultiplyAdd<THigh>(a1, b1, r2, ref carry);
        r3 = Limb.MultiplyAdd<THigh>(a1, b2, r3, ref carry);
        r4 = Limb.MultiplyAdd<THigh>(a1, b3, r4, ref carry);
        ulong r5 = carry;

        carry = 0;
        r2 = Limb.MultiplyAdd<THigh>(a2, b0, r2, ref carry);
        r3 = Limb.MultiplyAdd<THigh>(a2, b1, r3, ref carry);
        r4 = Limb.MultiplyAdd<THigh>(a2, b2, r4, ref carry);
        r5 = Limb.MultiplyAdd<THigh>(a2, b3, r5, ref carry);
        ulong r6 = carry;

        carry = 0;
        r3 = Limb.MultiplyAdd<THigh>(a3, b0, r3, ref carry);
        r4 = Limb.MultiplyAdd<THigh>(a3, b1, r4, ref carry);
        r5 = Limb.MultiplyAdd<THigh>(a3, b2, r5, ref carry);
        r6 = Limb.MultiplyAdd<THigh>(a3, b3, r6, ref carry);
        low = new UInt256(r0, r1, r2, r3);
        high = new UInt256(r4, r5, r6, carry);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref ulong sum, ulong addend, ref ulong carries)
    {
        sum += addend;
        carries += Limb.ToCarry(sum < addend);
    }
}
