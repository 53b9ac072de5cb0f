using System.Runtime.CompilerServices;

namespace BpDao.Core;

public readonly partial struct UInt256
{
    /// <summary>(a + b) mod m without wrapping in between; zero when m is zero (EVM ADDMOD).</summary>
    public static UInt256 AddMod(in UInt256 a, in UInt256 b, in UInt256 m) =>
        MulxHigh.IsSupported ? AddMod<MulxHigh>(a, b, m) : AddMod<PortableHigh>(a, b, m);

    /// <summary>(a · b) mod m without wrapping in between; zero when m is zero (EVM MULMOD).</summary>
    public static UInt256 MultiplyMod(in UInt256 a, in UInt256 b, in UInt256 m) =>
        MulxHigh.IsSupported ? MultiplyMod<MulxHigh>(a, b, m) : MultiplyMod<PortableHigh>(a, b, m);

    /// <summary>b^e modulo 2^256 (EVM EXP); 0^0 is 1.</summary>
    public static UInt256 Exp(in UInt256 b, in UInt256 e) =>
        MulxHigh.IsSupported ? Exp<MulxHigh>(b, e) : Exp<PortableHigh>(b, e);

    internal static UInt256 AddMod<THigh>(in UInt256 a, in UInt256 b, in UInt256 m)
        where THigh : struct, IMultiplyHigh
    {
        if (m.IsZero) return default;
        if (m.L3 != 0 && a.L3 <= m.L3 && b.L3 <= m.L3)
        {
            // Both are below 2m, and reduced their sum is.
            UInt256 x = a < m ? a : a - m, y = b < m ? b : b - m;
            return AddOverflow(x, y, out UInt256 total) || total >= m ? total - m : total;
        }

        bool carry = AddOverflow(a, b, out UInt256 sum);
        return Remainder<THigh>(carry ? One : default, sum, m);
    }

    internal static UInt256 MultiplyMod<THigh>(in UInt256 a, in UInt256 b, in UInt256 m)
        where THigh : struct, IMultiplyHigh
    {
        if (m.IsZero) return default;
        MultiplyFull<THigh>(a, b, out UInt256 high, out UInt256 low);
        return Remainder<THigh>(high, low, m);
    }

    internal static UInt256 Exp<THigh>(in UInt256 b, in UInt256 e)
        where THigh : struct, IMultiplyHigh
    {
        if (b == 2) return One << e;
        int bit = e.BitLength - 1;
        if (bit < 0) return One;
        UInt256 result = b;
        while (--bit >= 0)
        {
            SquareLow<THigh>(result, out result);
            if (e.IsBitSet(bit)) MultiplyLow<THigh>(result, b, out result);
        }

        return result;
    }
}
