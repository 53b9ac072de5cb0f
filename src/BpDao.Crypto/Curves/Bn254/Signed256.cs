using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>A number from −2^255 to 2^255 − 1 in two's complement, as inversion needs it.</summary>
internal readonly struct Signed256(ulong l0, ulong l1, ulong l2, ulong l3)
{
    public readonly ulong L0 = l0, L1 = l1, L2 = l2, L3 = l3;

    public Signed256(in UInt256 value)
        : this(value.L0, value.L1, value.L2, value.L3)
    {
    }

    public bool IsZero => (L0 | L1 | L2 | L3) == 0;

    public bool IsNegative => (long)L3 < 0;

    /// <summary>(a·x + b·y) / 2^62, which divides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Signed256 CombineAndShift(in Signed256 a, long x, in Signed256 b, long y)
    {
        Combine(a, x, b, y, out ulong r0, out ulong r1, out ulong r2, out ulong r3, out ulong r4);
        return new Signed256((r0 >> 62) | (r1 << 2), (r1 >> 62) | (r2 << 2), (r2 >> 62) | (r3 << 2), (r3 >> 62) | (r4 << 2));
    }

    /// <summary>a·x + b·y in five limbs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Combine(
        in Signed256 a, long x, in Signed256 b, long y, out ulong r0, out ulong r1, out ulong r2, out ulong r3, out ulong r4)
    {
        r0 = r1 = r2 = r3 = r4 = 0;
        AddProduct(a, x, ref r0, ref r1, ref r2, ref r3, ref r4);
        AddProduct(b, y, ref r0, ref r1, ref r2, ref r3, ref r4);
    }

    public static Signed256 Negate(in Signed256 a)
    {
        ulong borrow = 0;
        ulong l0 = Limb.Subtract(0, a.L0, ref borrow);
        ulong l1 = Limb.Subtract(0, a.L1, ref borrow);
        ulong l2 = Limb.Subtract(0, a.L2, ref borrow);
        return new Signed256(l0, l1, l2, 0 - a.L3 - borrow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(in Signed256 a, long x, ref ulong r0, ref ulong r1, ref ulong r2, ref ulong r3, ref ulong r4)
    {
        if (MulxHigh.IsSupported) AddProduct<MulxHigh>(a, x, ref r0, ref r1, ref r2, ref r3, ref r4);
        else AddProduct<PortableHigh>(a, x, ref r0, ref r1, ref r2, ref r3, ref r4);
    }

    /// <summary>r += a·x. A negative factor read as unsigned is too large by 2^64 or 2^256, which the upper limbs make good.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct<THigh>(in Signed256 a, long x, ref ulong r0, ref ulong r1, ref ulong r2, ref ulong r3, ref ulong r4)
        where THigh : struct, IMultiplyHigh
    {
        ulong factor = (ulong)x, carry = 0;
        r0 = Limb.MultiplyAdd<THigh>(a.L0, factor, r0, ref carry);
        r1 = Limb.MultiplyAdd<THigh>(a.L1, factor, r1, ref carry);
        r2 = Limb.MultiplyAdd<THigh>(a.L2, factor, r2, ref carry);
        r3 = Limb.MultiplyAdd<THigh>(a.L3, factor, r3, ref carry);
        r4 += carry - (factor & (ulong)((long)a.L3 >> 63));

        ulong negative = (ulong)(x >> 63), borrow = 0;
        r1 = Limb.Subtract(r1, a.L0 & negative, ref borrow);
        r2 = Limb.Subtract(r2, a.L1 & negative, ref borrow);
        r3 = Limb.Subtract(r3, a.L2 & negative, ref borrow);
        r4 = Limb.Subtract(r4, a.L3 & negative, ref borrow);
    }
}
