using System.Numerics;
using System.Runtime.CompilerServices;

namespace BpDao.Core;

/// <summary>Division of multi-limb numbers, least significant limb first: Knuth's algorithm D with the quotient digits of
/// N. Möller and T. Granlund, "Improved division by invariant integers" (2011), which needs no 128-bit divide instruction.</summary>
internal static unsafe class LimbDivision
{
    /// <summary>⌊(2^19 − 3·2^8) / (256 + i)⌋: eleven bits of the reciprocal of a divisor whose top nine bits are 256 + i.</summary>
    private static readonly ushort[] ReciprocalSeeds = [.. Enumerable.Range(256, 256).Select(top => (ushort)(0x7fd00 / top))];

    /// <summary>Divides in place.</summary>
    /// <param name="u">The dividend, n limbs with room for one more; becomes the remainder, whose n limbs are all valid.</param>
    /// <param name="d">The divisor, m limbs, 1 ≤ m ≤ n, d[m−1] ≠ 0; is shifted in place.</param>
    /// <param name="q">The quotient, n − m + 1 limbs.</param>
    public static void DivRem<THigh>(ulong* u, int n, ulong* d, int m, ulong* q)
        where THigh : struct, IMultiplyHigh
    {
        int shift = BitOperations.LeadingZeroCount(d[m - 1]);
        u[n] = 0;
        if (shift != 0)
        {
            ShiftLeft(d, m, shift);
            u[n] = u[n - 1] >> (64 - shift);
            ShiftLeft(u, n, shift);
        }

        if (m == 1) DivideByOne<THigh>(u, n, d[0], q);
        else DivideByMany<THigh>(u, n, d, m, q);

        if (shift != 0) ShiftRight(u, n, shift);
    }

    /// <summary>⌊(2^128 − 1) / d⌋ − 2^64 for a divisor with its top bit set.</summary>
    internal static ulong Reciprocal<THigh>(ulong d)
        where THigh : struct, IMultiplyHigh
    {
        ulong d40 = (d >> 24) + 1;
        ulong v0 = ReciprocalSeeds[(int)(d >> 55) & 0xff];
        ulong v1 = (v0 << 11) - ((v0 * v0 * d40) >> 40) - 1;
        ulong v2 = (v1 << 13) + ((v1 * ((1UL << 60) - (v1 * d40))) >> 47);
        ulong e = ((v2 >> 1) & (0 - (d & 1))) - (v2 * ((d >> 1) + (d & 1)));
        ulong v3 = (THigh.High(v2, e) >> 1) + (v2 << 31);
        ulong low = v3 * d;
        ulong high = THigh.High(v3, d) + d + (low + d < low ? 1UL : 0UL);
        return v3 - high;
    }

    /// <summary>⌊(2^192 − 1) / (d1·2^64 + d0)⌋ − 2^64 for a divisor with its top bit set.</summary>
    internal static ulong Reciprocal<THigh>(ulong d1, ulong d0)
        where THigh : struct, IMultiplyHigh
    {
        ulong v = Reciprocal<THigh>(d1);
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

    private static void DivideByOne<THigh>(ulong* u, int n, ulong d, ulong* q)
        where THigh : struct, IMultiplyHigh
    {
        ulong v = Reciprocal<THigh>(d);
        ulong remainder = u[n];
        for (int i = n - 1; i >= 0; i--)
        {
            ulong next = u[i];
            ulong low = v * remainder, high = THigh.High(v, remainder);
            low += next;
            high += remainder + 1 + (low < next ? 1UL : 0UL);
            ulong r = next - (high * d);
            if (r > low)
            {
                high--;
                r += d;
            }

            if (r >= d)
            {
                high++;
                r -= d;
            }

            q[i] = high;
            remainder = r;
            u[i] = 0;
        }

        u[n] = 0;
        u[0] = remainder;
    }

    private static void DivideByMany<THigh>(ulong* u, int n, ulong* d, int m, ulong* q)
        where THigh : struct, IMultiplyHigh
    {
        ulong d1 = d[m - 1], d0 = d[m - 2];
        ulong v = Reciprocal<THigh>(d1, d0);
        for (int j = n - m; j >= 0; j--)
        {
            ulong* part = u + j;
            ulong top = part[m];
            if (top == d1 && part[m - 1] == d0)
            {
                // Equal leading limbs: the digit is the largest there is, and exact.
                part[m] = top - SubtractProduct<THigh>(part, d, m, ulong.MaxValue);
                q[j] = ulong.MaxValue;
                continue;
            }

            // The two leading limbs are divided exactly; the limbs below may show that the digit is one too large.
            ulong digit = DivideThreeByTwo<THigh>(top, part[m - 1], part[m - 2], d1, d0, v, out ulong r1, out ulong r0);
            ulong borrow = SubtractProduct<THigh>(part, d, m - 2, digit);
            ulong borrowAbove = r0 < borrow ? 1UL : 0UL;
            r0 -= borrow;
            if (r1 < borrowAbove)
            {
                digit--;
                ulong carry = Add(part, d, m - 2);
                r0 += carry;
                carry = r0 < carry ? 1UL : 0UL;
                r0 += d0;
                r1 += d1 + carry + (r0 < d0 ? 1UL : 0UL);
            }

            part[m - 2] = r0;
            part[m - 1] = r1 - borrowAbove;
            part[m] = 0;
            q[j] = digit;
        }
    }

    /// <summary>Quotient and remainder of (u2·2^128 + u1·2^64 + u0) / (d1·2^64 + d0), where (u2, u1) is below the divisor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong DivideThreeByTwo<THigh>(ulong u2, ulong u1, ulong u0, ulong d1, ulong d0, ulong v, out ulong r1, out ulong r0)
        where THigh : struct, IMultiplyHigh
    {
        ulong q0 = v * u2, q1 = THigh.High(v, u2);
        q0 += u1;
        q1 += u2 + (q0 < u1 ? 1UL : 0UL);

        // r = (u1 − q1·d1, u0) − q1·d0 − d, modulo 2^128.
        ulong t0 = d0 * q1, t1 = THigh.High(d0, q1);
        r1 = u1 - (q1 * d1);
        r0 = u0 - t0;
        r1 -= t1 + (u0 < t0 ? 1UL : 0UL);
        r1 -= d1 + (r0 < d0 ? 1UL : 0UL);
        r0 -= d0;

        q1++;
        if (r1 >= q0)
        {
            q1--;
            r0 += d0;
            r1 += d1 + (r0 < d0 ? 1UL : 0UL);
        }

        if (r1 > d1 || (r1 == d1 && r0 >= d0))
        {
            q1++;
            r1 -= d1 + (r0 < d0 ? 1UL : 0UL);
            r0 -= d0;
        }

        return q1;
    }

    /// <summary>u −= d · digit over m limbs; what has to be taken from the limb above.</summary>
    private static ulong SubtractProduct<THigh>(ulong* u, ulong* d, int m, ulong digit)
        where THigh : struct, IMultiplyHigh
    {
        ulong borrow = 0;
        for (int i = 0; i < m; i++)
        {
            ulong low = d[i] * digit;
            ulong high = THigh.High(d[i], digit);
            low += borrow;
            high += low < borrow ? 1UL : 0UL;
            borrow = high + (u[i] < low ? 1UL : 0UL);
            u[i] -= low;
        }

        return borrow;
    }

    /// <summary>u += d over m limbs; the carry.</summary>
    private static ulong Add(ulong* u, ulong* d, int m)
    {
        ulong carry = 0;
        for (int i = 0; i < m; i++)
        {
            ulong partial = u[i] + d[i];
            ulong sum = partial + carry;
            carry = (partial < d[i] ? 1UL : 0UL) | (sum < partial ? 1UL : 0UL);
            u[i] = sum;
        }

        return carry;
    }

    private static void ShiftLeft(ulong* x, int n, int bits)
    {
        for (int i = n - 1; i > 0; i--) x[i] = (x[i] << bits) | (x[i - 1] >> (64 - bits));
        x[0] <<= bits;
    }

    private static void ShiftRight(ulong* x, int n, int bits)
    {
        for (int i = 0; i < n; i++) x[i] = (x[i] >> bits) | (x[i + 1] << (64 - bits));
    }
}
