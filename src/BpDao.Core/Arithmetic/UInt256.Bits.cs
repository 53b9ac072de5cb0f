using System.Numerics;
using System.Runtime.CompilerServices;

namespace BpDao.Core;

public readonly partial struct UInt256
{
    /// <summary>Position of the highest set bit plus one; zero for zero.</summary>
    public int BitLength => 256 - LeadingZeroCount;

    /// <summary>Zeros above the highest set bit; 256 for zero (EIP-7939).</summary>
    public int LeadingZeroCount =>
        L3 != 0 ? BitOperations.LeadingZeroCount(L3)
        : L2 != 0 ? 64 + BitOperations.LeadingZeroCount(L2)
        : L1 != 0 ? 128 + BitOperations.LeadingZeroCount(L1)
        : 192 + BitOperations.LeadingZeroCount(L0);

    /// <summary>Bit 0 is the least significant; the index is below 256.</summary>
    public bool IsBitSet(int index) => ((LimbAt(index >> 6) >> (index & 63)) & 1) != 0;

    /// <summary>A byte as a number, index 0 the most significant; zero from index 32 on (EVM BYTE).</summary>
    public static UInt256 Byte(in UInt256 value, in UInt256 index)
    {
        if (!index.IsUInt64 || index.L0 >= Size) return default;
        int fromLeast = Size - 1 - (int)index.L0;
        return (byte)(value.LimbAt(fromLeast >> 3) >> ((fromLeast & 7) * 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator ~(in UInt256 a) => new(~a.L0, ~a.L1, ~a.L2, ~a.L3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator &(in UInt256 a, in UInt256 b) => new(a.L0 & b.L0, a.L1 & b.L1, a.L2 & b.L2, a.L3 & b.L3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator |(in UInt256 a, in UInt256 b) => new(a.L0 | b.L0, a.L1 | b.L1, a.L2 | b.L2, a.L3 | b.L3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator ^(in UInt256 a, in UInt256 b) => new(a.L0 ^ b.L0, a.L1 ^ b.L1, a.L2 ^ b.L2, a.L3 ^ b.L3);

    /// <summary>Shift left; zero from 256 bits on. The amount is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator <<(in UInt256 a, int bits)
    {
        if ((uint)bits >= 256) return default;
        int up = bits & 63;
        // A shift by 64 − up would be by 64, hence by 0, when up is 0: two steps make it what it should be.
        int down = 63 - up;
        return (bits >> 6) switch
        {
            0 => new(
                a.L0 << up,
                (a.L1 << up) | ((a.L0 >> 1) >> down),
                (a.L2 << up) | ((a.L1 >> 1) >> down),
                (a.L3 << up) | ((a.L2 >> 1) >> down)),
            1 => new(0, a.L0 << up, (a.L1 << up) | ((a.L0 >> 1) >> down), (a.L2 << up) | ((a.L1 >> 1) >> down)),
            2 => new(0, 0, a.L0 << up, (a.L1 << up) | ((a.L0 >> 1) >> down)),
            _ => new(0, 0, 0, a.L0 << up),
        };
    }

    /// <summary>Logical shift right; zero from 256 bits on. The amount is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt256 operator >>(in UInt256 a, int bits)
    {
        if ((uint)bits >= 256) return default;
        int down = bits & 63;
        int up = 63 - down;
        return (bits >> 6) switch
        {
            0 => new(
                (a.L0 >> down) | ((a.L1 << 1) << up),
                (a.L1 >> down) | ((a.L2 << 1) << up),
                (a.L2 >> down) | ((a.L3 << 1) << up),
                a.L3 >> down),
            1 => new((a.L1 >> down) | ((a.L2 << 1) << up), (a.L2 >> down) | ((a.L3 << 1) << up), a.L3 >> down, 0),
            2 => new((a.L2 >> down) | ((a.L3 << 1) << up), a.L3 >> down, 0, 0),
            _ => new(a.L3 >> down, 0, 0, 0),
        };
    }

    /// <summary>Shift left; zero from 256 bits on (EVM SHL).</summary>
    public static UInt256 operator <<(in UInt256 a, in UInt256 bits) => bits.IsUInt64 && bits.L0 < 256 ? a << (int)bits.L0 : default;

    /// <summary>Logical shift right; zero from 256 bits on (EVM SHR).</summary>
    public static UInt256 operator >>(in UInt256 a, in UInt256 bits) => bits.IsUInt64 && bits.L0 < 256 ? a >> (int)bits.L0 : default;

    private ulong LimbAt(int index) => index switch { 0 => L0, 1 => L1, 2 => L2, _ => L3 };
}
