using System.Runtime.CompilerServices;

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

    [SkipLocalsInit]
    internal static unsafe void DivRem<THigh>(in UInt256 a, in UInt256 b, out UInt256 quotient, out UInt256 remainder)
        where THigh : struct, IMultiplyHigh
    {
        if (a.IsUInt64 && b.IsUInt64)
        {
            (ulong q, ulong r) = b.L0 == 0 ? default : Math.DivRem(a.L0, b.L0);
            (quotient, remainder) = (q, r);
            return;
        }

        if (a < b)
        {
            remainder = a; // before the quotient is written, which may be a
            quotient = default;
            return;
        }

        int m = b.LimbCount;
        if (m == 0)
        {
            quotient = remainder = default;
            return;
        }

        int n = a.LimbCount;
        ulong* u = stackalloc ulong[5];
        ulong* d = stackalloc ulong[4];
        ulong* result = stackalloc ulong[4];
        Store(a, u);
        Store(b, d);
        Store(default, result);
        LimbDivision.DivRem<THigh>(u, n, d, m, result);
        quotient = Load(result);
        remainder = Load(u);
    }

    /// <summary>(high · 2^256 + low) mod m, m ≠ 0.</summary>
    [SkipLocalsInit]
    private static unsafe UInt256 Remainder<THigh>(in UInt256 high, in UInt256 low, in UInt256 m)
        where THigh : struct, IMultiplyHigh
    {
        if (high.IsZero)
        {
            DivRem<THigh>(low, m, out _, out UInt256 small);
            return small;
        }

        ulong* u = stackalloc ulong[9];
        ulong* d = stackalloc ulong[4];
        ulong* quotient = stackalloc ulong[8];
        Store(low, u);
        Store(high, u + 4);
        Store(m, d);
        LimbDivision.DivRem<THigh>(u, 4 + high.LimbCount, d, m.LimbCount, quotient);
        return Load(u);
    }

    // Limb by limb: a 32-byte load right after 8-byte stores, or the other way round, would wait for the store buffer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(in UInt256 value, ulong* limbs)
    {
        limbs[0] = value.L0;
        limbs[1] = value.L1;
        limbs[2] = value.L2;
        limbs[3] = value.L3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe UInt256 Load(ulong* limbs) => new(limbs[0], limbs[1], limbs[2], limbs[3]);

    private int LimbCount => L3 != 0 ? 4 : L2 != 0 ? 3 : L1 != 0 ? 2 : L0 != 0 ? 1 : 0;
}
