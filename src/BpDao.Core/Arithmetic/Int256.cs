using System.Numerics;
using System.Runtime.CompilerServices;

namespace BpDao.Core;

/// <summary>Signed operations on 256-bit words in two's complement, as the EVM reads its stack when an instruction is signed.</summary>
public static class Int256
{
    /// <summary>−2^255, whose negation is itself.</summary>
    public static readonly UInt256 MinValue = new(0, 0, 0, 1UL << 63);

    public static bool IsNegative(in UInt256 value) => (long)value.L3 < 0;

    public static UInt256 Abs(in UInt256 value) => NegateIf(IsNegative(value), value);

    public static bool LessThan(in UInt256 a, in UInt256 b) =>
        a.L3 != b.L3 ? (long)a.L3 < (long)b.L3 : a < b;

    /// <summary>Quotient rounded towards zero; zero when the divisor is zero; −2^255 / −1 is −2^255 (EVM SDIV).</summary>
    public static UInt256 Divide(in UInt256 a, in UInt256 b)
    {
        UInt256.DivRem(Abs(a), Abs(b), out UInt256 magnitude, out _);
        return NegateIf(IsNegative(a) != IsNegative(b), magnitude);
    }

    /// <summary>Remainder with the sign of the dividend; zero when the divisor is zero (EVM SMOD).</summary>
    public static UInt256 Modulo(in UInt256 a, in UInt256 b)
    {
        UInt256.DivRem(Abs(a), Abs(b), out _, out UInt256 magnitude);
        return NegateIf(IsNegative(a), magnitude);
    }

    /// <summary>Shift that keeps the sign: all sign bits from 256 on (EVM SAR).</summary>
    public static UInt256 ShiftRight(in UInt256 value, in UInt256 bits)
    {
        bool negative = IsNegative(value);
        if (!bits.IsUInt64 || bits.L0 >= 256) return negative ? UInt256.MaxValue : default;
        int amount = (int)bits.L0;
        // The bits that come in are ones exactly where a complement shifts zeros in.
        return negative ? ~(~value >> amount) : value >> amount;
    }

    /// <summary>Widens a number of <paramref name="byteIndex"/> + 1 bytes to the whole word; unchanged from index 31 on (EVM SIGNEXTEND).</summary>
    public static UInt256 SignExtend(in UInt256 byteIndex, in UInt256 value)
    {
        if (!byteIndex.IsUInt64 || byteIndex.L0 >= 31) return value;
        int sign = ((int)byteIndex.L0 * 8) + 7;
        UInt256 above = UInt256.MaxValue << (sign + 1);
        return value.IsBitSet(sign) ? value | above : value & ~above;
    }

    /// <summary>The number that the word means.</summary>
    public static BigInteger ToBigInteger(in UInt256 value) =>
        IsNegative(value) ? -(BigInteger)(-value) : (BigInteger)value;

    /// <summary>−x is ~x + 1. Without a branch: signs follow no pattern.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt256 NegateIf(bool negative, in UInt256 value)
    {
        ulong carry = Limb.ToCarry(negative), mask = 0 - carry;
        ulong l0 = Limb.Add(value.L0 ^ mask, 0, ref carry);
        ulong l1 = Limb.Add(value.L1 ^ mask, 0, ref carry);
        ulong l2 = Limb.Add(value.L2 ^ mask, 0, ref carry);
        return new UInt256(l0, l1, l2, (value.L3 ^ mask) + carry);
    }
}
