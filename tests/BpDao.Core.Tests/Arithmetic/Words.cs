using System.Numerics;
using CsCheck;

namespace BpDao.Core.Tests;

/// <summary>256-bit words for properties: limbs at their edges as often as random ones, and numbers of every length.</summary>
internal static class Words
{
    public static readonly UInt256[] Edges =
    [
        0, 1, 2, 255, 256, ulong.MaxValue - 1, ulong.MaxValue, new(0, 1, 0, 0), new(ulong.MaxValue, ulong.MaxValue, 0, 0), new(0, 0, 1, 0),
        new(1, 0, 1, 0), new(0, 0, 0, 1), new(0, 0, 0, 1UL << 63), new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, long.MaxValue),
        new(0, 0, 0, ulong.MaxValue), UInt256.MaxValue - 1, UInt256.MaxValue,
    ];

    private static readonly Gen<ulong> Limb = Gen.OneOf(
        Gen.ULong, Gen.OneOf(0UL, 1UL, 2UL, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue), Gen.Int[0, 63].Select(bit => 1UL << bit));

    private static readonly Gen<UInt256> OfLimbs = Gen.Select(Limb, Limb, Limb, Limb, (a, b, c, d) => new UInt256(a, b, c, d));

    public static readonly Gen<UInt256> Any = Gen.OneOf(
        OfLimbs, Gen.OneOf(Edges), Gen.Select(OfLimbs, Gen.Int[0, 255], (word, bits) => word >> bits), Gen.ULong.Select(small => (UInt256)small));

    public static readonly Gen<UInt256> ShiftAmount = Gen.OneOf(Gen.UInt[0, 300].Select(n => (UInt256)n), Any);

    public static readonly BigInteger Modulus = BigInteger.One << 256;

    public static BigInteger Wrap(BigInteger value) => ((value % Modulus) + Modulus) % Modulus;

    public static BigInteger Signed(UInt256 word) => (BigInteger)word >= Modulus / 2 ? (BigInteger)word - Modulus : (BigInteger)word;
}
