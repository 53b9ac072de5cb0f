using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>What inversion needs to know of the limbs.</summary>
internal readonly partial struct Fp
{
    /// <summary>2^512 mod p: d starts from it so that, after division by the limbs a·2^256 of an element, 2^256/a is left.</summary>
    public static Signed256 SignedEntrance => new(Entrance.Limbs);

    public static Signed256 ToSigned(in Fp a) => new(a.Limbs);

    /// <summary>An element from −2p … 2p; not below p, but small enough for a factor.</summary>
    public static Fp FromSigned(in Signed256 value)
    {
        ulong mask = value.IsNegative ? ulong.MaxValue : 0, carry = 0;
        ulong l0 = Limb.Add(value.L0, (P0 << 1) & mask, ref carry);
        ulong l1 = Limb.Add(value.L1, ((P1 << 1) | (P0 >> 63)) & mask, ref carry);
        ulong l2 = Limb.Add(value.L2, ((P2 << 1) | (P1 >> 63)) & mask, ref carry);
        return new Fp(l0, l1, l2, value.L3 + (((P3 << 1) | (P2 >> 63)) & mask) + carry);
    }

    /// <summary>(a·x + b·y) / 2^64 modulo p for |x| + |y| ≤ 2^62; within ±4p/3 when a and b are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Signed256 CombineAndDropLimb(in Signed256 a, long x, in Signed256 b, long y)
    {
        Signed256.Combine(a, x, b, y, out ulong r0, out ulong r1, out ulong r2, out ulong r3, out ulong r4);
        if (MulxHigh.IsSupported) DropLimb<MulxHigh>(ref r0, ref r1, ref r2, ref r3, r4);
        else DropLimb<PortableHigh>(ref r0, ref r1, ref r2, ref r3, r4);
        return new Signed256(r0, r1, r2, r3);
    }
}
