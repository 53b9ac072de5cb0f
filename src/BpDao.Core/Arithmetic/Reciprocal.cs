using System.Runtime.CompilerServices;

namespace BpDao.Core;

/// <summary>Quotient digits by multiplication with the reciprocal of the divisor's leading limbs: N. Möller and T. Granlund, "Improved
/// division by invariant integers" (2011). Needs no 128-bit divide instruction. Divisors have their top bit set.</summary>
internal static class Reciprocal
{
    /// <summary>⌊(2^19 − 3·2^8) / (256 + i)⌋: eleven bits of the reciprocal of a divisor whose top nine bits are 256 + i.</summary>
    private static readonly ushort[] Seeds = [.. Enumerable.Range(256, 256).Select(top => (ushort)(0x7fd00 / top))];

    /// <summary>⌊(2^128 − 1) / d⌋ − 2^64.</summary>
    public static ulong Of<THigh>(ulong d)
        where THigh : struct, IMultiplyHigh
    {
        ulong d40 = (d >> 24) + 1;
        ulong v0 = Seeds[(int)(d >> 55) & 0xff];
        ulong v1 = (v0 << 11) - ((v0 * v0 * d40) >> 40) - 1;
        ulong v2 = (v1 << 13) + ((v1 * ((1UL << 60) - (v1 * d40))) >> 47);
        ulong e = ((v2 >> 1) & (0 - (d & 1))) - (v2 * ((d >> 1) + (d & 1)));
        ulong v3 = (THigh.High(v2, e) >> 1) + (v2 << 31);
        ulong low = v3 * d;
        ulong high = THigh.High(v3, d) + d + Limb.ToCarry(low + d < low);
        return v3 - high;
    }

    /// <summary>⌊(2^192 − 1) / (d1·2^64 + d0)⌋ − 2^64.</summary>
    public static ulong Of<THigh>(ulong d1, ulong d0)
        where THigh : struct, IMultiplyHigh
    {
        ulong v = Of<THigh>(d1);
        ulong p = (d1 * v) + d0;
        if (p < d0)
        {
            v--;
            if (p >= d1)
            {
                v--;
                p -= d1;
            }

            p -= d1;
        }

        ulong high = THigh.High(v, d0), low = v * d0;
        p += high;
        if (p < high)
        {
            v--;
            if (p > d1 || (p == d1 && low >= d0)) v--;
        }

        return v;
    }

    /// <summary>Quotient of (r·2^64 + next) / d, where r is below d; r becomes the remainder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong DivideTwoByOne<THigh>(ref ulong r, ulong next, ulong d, ulong v)
        where THigh : struct, IMultiplyHigh
    {
        ulong low = v * r, digit = THigh.High(v, r);
        low += next;
        digit += r + 1 + Limb.ToCarry(low < next);
        r = next - (digit * d);

        // Too large by one as often as not, so a mask and not a branch.
        ulong excess = 0 - Limb.ToCarry(r > low);
        digit += excess;
        r += excess & d;
        if (r >= d)
        {
            digit++;
            r -= d;
        }

        return digit;
    }

    /// <summary>Quotient of (r1·2^128 + r0·2^64 + next) / (d1·2^64 + d0), where (r1, r0) is below the divisor and becomes the remainder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong DivideThreeByTwo<THigh>(ref ulong r1, ref ulong r0, ulong next, ulong d1, ulong d0, ulong v)
        where THigh : struct, IMultiplyHigh
    {
        ulong low = v * r1, digit = THigh.High(v, r1);
        low += r0;
        digit += r1 + Limb.ToCarry(low < r0);

        // (r0 − digit·d1, next) − digit·d0 − d, modulo 2^128.
        ulong product = d0 * digit, productHigh = THigh.High(d0, digit);
        ulong t1 = r0 - (digit * d1), t0 = next - product;
        t1 -= productHigh + Limb.ToCarry(next < product);
        t1 -= d1 + Limb.ToCarry(t0 < d0);
        t0 -= d0;
        digit++;

        // Too large by one as often as not, so a mask and not a branch.
        ulong excess = 0 - Limb.ToCarry(t1 >= low);
        digit += excess;
        ulong back = d0 & excess;
        t0 += back;
        t1 += (d1 & excess) + Limb.ToCarry(t0 < back);
        if (t1 > d1 || (t1 == d1 && t0 >= d0))
        {
            digit++;
            t1 -= d1 + Limb.ToCarry(t0 < d0);
            t0 -= d0;
        }

        r1 = t1;
        r0 = t0;
        return digit;
    }
}
