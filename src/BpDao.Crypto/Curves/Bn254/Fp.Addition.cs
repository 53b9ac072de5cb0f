using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

internal readonly partial struct Fp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(in Fp a, in Fp b, out Fp sum)
    {
        AddLoosely(a, b, out Fp loose);
        sum = Reduce(loose._l0, loose._l1, loose._l2, loose._l3);
    }

    /// <summary>a + b, not taken below p: for a factor of a product and nothing else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddLoosely(in Fp a, in Fp b, out Fp sum)
    {
        // No carry out: both are below p, which is below 2^254.
        ulong carry = 0;
        ulong s0 = Limb.Add(a._l0, b._l0, ref carry);
        ulong s1 = Limb.Add(a._l1, b._l1, ref carry);
        ulong s2 = Limb.Add(a._l2, b._l2, ref carry);
        sum = new Fp(s0, s1, s2, a._l3 + b._l3 + carry);
    }

    public static void Double(in Fp a, out Fp twice) => Add(a, a, out twice);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(in Fp a, in Fp b, out Fp difference)
    {
        ulong borrow = 0;
        ulong d0 = Limb.Subtract(a._l0, b._l0, ref borrow);
        ulong d1 = Limb.Subtract(a._l1, b._l1, ref borrow);
        ulong d2 = Limb.Subtract(a._l2, b._l2, ref borrow);
        ulong d3 = Limb.Subtract(a._l3, b._l3, ref borrow);

        // A mask and not a branch: which way it goes is a coin toss.
        ulong mask = 0 - borrow, carry = 0;
        d0 = Limb.Add(d0, P0 & mask, ref carry);
        d1 = Limb.Add(d1, P1 & mask, ref carry);
        d2 = Limb.Add(d2, P2 & mask, ref carry);
        difference = new Fp(d0, d1, d2, d3 + (P3 & mask) + carry);
    }

    /// <summary>a − b + p: for a factor of a product and nothing else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractLoosely(in Fp a, in Fp b, out Fp difference)
    {
        ulong borrow = 0, carry = 0;
        ulong d0 = Limb.Add(Limb.Subtract(a._l0, b._l0, ref borrow), P0, ref carry);
        ulong d1 = Limb.Add(Limb.Subtract(a._l1, b._l1, ref borrow), P1, ref carry);
        ulong d2 = Limb.Add(Limb.Subtract(a._l2, b._l2, ref borrow), P2, ref carry);
        difference = new Fp(d0, d1, d2, a._l3 - b._l3 - borrow + P3 + carry);
    }

    /// <summary>a/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Halve(in Fp a, out Fp half)
    {
        ulong odd = 0 - (a._l0 & 1), carry = 0;
        ulong s0 = Limb.Add(a._l0, P0 & odd, ref carry);
        ulong s1 = Limb.Add(a._l1, P1 & odd, ref carry);
        ulong s2 = Limb.Add(a._l2, P2 & odd, ref carry);
        ulong s3 = a._l3 + (P3 & odd) + carry;
        half = new Fp((s0 >> 1) | (s1 << 63), (s1 >> 1) | (s2 << 63), (s2 >> 1) | (s3 << 63), s3 >> 1);
    }

    public static void Negate(in Fp a, out Fp negative) => Subtract(default, a, out negative);

    /// <summary>Takes a number below 2p below p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Fp Reduce(ulong s0, ulong s1, ulong s2, ulong s3)
    {
        ulong borrow = 0;
        ulong d0 = Limb.Subtract(s0, P0, ref borrow);
        ulong d1 = Limb.Subtract(s1, P1, ref borrow);
        ulong d2 = Limb.Subtract(s2, P2, ref borrow);
        ulong d3 = Limb.Subtract(s3, P3, ref borrow);
        ulong keep = 0 - borrow;
        return new Fp(
            d0 ^ ((d0 ^ s0) & keep),
            d1 ^ ((d1 ^ s1) & keep),
            d2 ^ ((d2 ^ s2) & keep),
            d3 ^ ((d3 ^ s3) & keep));
    }
}
