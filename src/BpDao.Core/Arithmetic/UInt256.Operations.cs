using System.Numerics;

namespace BpDao.Core;

public readonly partial struct UInt256
{
    /// <summary>Sum modulo 2^256; true when it wrapped.</summary>
    public static bool AddOverflow(in UInt256 a, in UInt256 b, out UInt256 sum)
    {
        ulong l0 = a.L0 + b.L0;
        ulong carry = l0 < a.L0 ? 1UL : 0;
        UInt128 t = (UInt128)a.L1 + b.L1 + carry;
        ulong l1 = (ulong)t;
        t = (UInt128)a.L2 + b.L2 + (ulong)(t >> 64);
        ulong l2 = (ulong)t;
        t = (UInt128)a.L3 + b.L3 + (ulong)(t >> 64);
        sum = new UInt256(l0, l1, l2, (ulong)t);
        return (t >> 64) != 0;
    }

    /// <summary>Difference modulo 2^256; true when it wrapped.</summary>
    public static bool SubtractUnderflow(in UInt256 a, in UInt256 b, out UInt256 difference)
    {
        UInt256 complement = ~b;
        AddOverflow(a, complement, out UInt256 t);
        AddOverflow(t, One, out difference);
        return a < b;
    }

    /// <summary>Product modulo 2^256; true when it wrapped.</summary>
    public static bool MultiplyOverflow(in UInt256 a, in UInt256 b, out UInt256 product)
    {
        BigInteger exact = (BigInteger)a * (BigInteger)b;
        product = (UInt256)exact;
        return exact.GetBitLength() > 256;
    }

    public static UInt256 operator +(in UInt256 a, in UInt256 b)
    {
        AddOverflow(a, b, out UInt256 sum);
        return sum;
    }

    public static UInt256 operator -(in UInt256 a, in UInt256 b)
    {
        SubtractUnderflow(a, b, out UInt256 difference);
        return difference;
    }

    public static UInt256 operator *(in UInt256 a, in UInt256 b)
    {
        MultiplyOverflow(a, b, out UInt256 product);
        return product;
    }

    /// <summary>Floor of the quotient; zero when the divisor is zero (EVM DIV).</summary>
    public static UInt256 operator /(in UInt256 a, in UInt256 b) => b.IsZero ? Zero : (UInt256)((BigInteger)a / (BigInteger)b);

    /// <summary>Remainder; zero when the divisor is zero (EVM MOD).</summary>
    public static UInt256 operator %(in UInt256 a, in UInt256 b) => b.IsZero ? Zero : (UInt256)((BigInteger)a % (BigInteger)b);

    /// <summary>(a + b) mod m without wrapping in between; zero when m is zero.</summary>
    public static UInt256 AddMod(in UInt256 a, in UInt256 b, in UInt256 m) =>
        m.IsZero ? Zero : (UInt256)(((BigInteger)a + (BigInteger)b) % (BigInteger)m);

    /// <summary>(a · b) mod m without wrapping in between; zero when m is zero.</summary>
    public static UInt256 MultiplyMod(in UInt256 a, in UInt256 b, in UInt256 m) =>
        m.IsZero ? Zero : (UInt256)((BigInteger)a * (BigInteger)b % (BigInteger)m);

    /// <summary>b^e modulo 2^256.</summary>
    public static UInt256 Exp(in UInt256 b, in UInt256 e) =>
        (UInt256)BigInteger.ModPow((BigInteger)b, (BigInteger)e, BigInteger.One << 256);

    public static UInt256 operator ~(in UInt256 a) => new(~a.L0, ~a.L1, ~a.L2, ~a.L3);

    public static UInt256 operator &(in UInt256 a, in UInt256 b) => new(a.L0 & b.L0, a.L1 & b.L1, a.L2 & b.L2, a.L3 & b.L3);

    public static UInt256 operator |(in UInt256 a, in UInt256 b) => new(a.L0 | b.L0, a.L1 | b.L1, a.L2 | b.L2, a.L3 | b.L3);

    public static UInt256 operator ^(in UInt256 a, in UInt256 b) => new(a.L0 ^ b.L0, a.L1 ^ b.L1, a.L2 ^ b.L2, a.L3 ^ b.L3);

    /// <summary>Shift left; zero from 256 bits on.</summary>
    public static UInt256 operator <<(in UInt256 a, int bits) => bits >= 256 ? Zero : (UInt256)((BigInteger)a << bits);

    /// <summary>Logical shift right; zero from 256 bits on.</summary>
    public static UInt256 operator >>(in UInt256 a, int bits) => bits >= 256 ? Zero : (UInt256)((BigInteger)a >> bits);
}
