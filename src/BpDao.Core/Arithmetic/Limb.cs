using System.Runtime.CompilerServices;

namespace BpDao.Core;

/// <summary>Steps of multi-limb arithmetic on 64-bit limbs, the carry passed along. A carry is zero or one but in products.</summary>
public static class Limb
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ToCarry(bool condition) => condition ? 1UL : 0UL;

    /// <summary>a + b + carry modulo 2^64; the carry out replaces the carry in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong a, ulong b, ref ulong carry)
    {
        ulong partial = a + b;
        ulong sum = partial + carry;
        carry = ToCarry(partial < a) | ToCarry(sum < partial);
        return sum;
    }

    /// <summary>a − b − borrow modulo 2^64; the borrow out replaces the borrow in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong a, ulong b, ref ulong borrow)
    {
        ulong partial = a - b;
        ulong difference = partial - borrow;
        borrow = ToCarry(a < b) | ToCarry(partial < borrow);
        return difference;
    }

    /// <summary>Low word of x·y + addend + carry, which never exceeds 128 bits; the high word replaces the carry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd<THigh>(ulong x, ulong y, ulong addend, ref ulong carry)
        where THigh : struct, IMultiplyHigh
    {
        ulong low = x * y;
        ulong high = THigh.High(x, y);
        low += addend;
        high += ToCarry(low < addend);
        low += carry;
        high += ToCarry(low < carry);
        carry = high;
        return low;
    }
}
