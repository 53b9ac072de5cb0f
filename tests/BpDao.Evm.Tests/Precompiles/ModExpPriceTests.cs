using System.Numerics;
using BpDao.Core;
using BpDao.Evm.Precompiles;
using CsCheck;
using Xunit;

namespace BpDao.Evm.Tests.Precompiles;

/// <summary>The price of MODEXP against the formulas of the EIPs over big integers, with lengths of any size.</summary>
public sealed class ModExpPriceTests
{
    private static readonly Gen<UInt256> Lengths = Gen.OneOf(
        Gen.UInt[0, 2_000].Select(n => (UInt256)n), Gen.Select(Gen.Int[0, 255], Gen.Int[-1, 1], (bit, off) => off < 0 ? (UInt256.One << bit) - 1 : (UInt256.One << bit) + (ulong)off));

    private static readonly Gen<UInt256> Heads = Gen.Select(Gen.ULong, Gen.Int[0, 255], (low, bits) => new UInt256(low, low, low, low) >> bits);

    [Fact]
    public void Eip198() => Agrees(ModExpPrice.Eip198, (x, _, iterations) =>
        (x <= 64 ? x * x : x <= 1024 ? (x * x / 4) + (96 * x) - 3072 : (x * x / 16) + (480 * x) - 199680) * iterations / 20, perByte: 8);

    [Fact]
    public void Eip2565() => Agrees(ModExpPrice.Eip2565, (_, words, iterations) => BigInteger.Max(200, words * words * iterations / 3), perByte: 8);

    [Fact]
    public void Eip7883() => Agrees(ModExpPrice.Eip7883, (x, words, iterations) => BigInteger.Max(500, (x <= 32 ? 16 : 2 * words * words) * iterations), perByte: 16);

    private static void Agrees(ModExpPrice price, Func<BigInteger, BigInteger, BigInteger, BigInteger> formula, int perByte) =>
        Gen.Select(Lengths, Lengths, Lengths, Heads).Sample((baseLength, exponentLength, modulusLength, head) =>
        {
            BigInteger x = BigInteger.Max((BigInteger)baseLength, (BigInteger)modulusLength), e = (BigInteger)exponentLength;
            BigInteger iterations = BigInteger.Max(1, Math.Max(head.BitLength - 1, 0) + (e > 32 ? perByte * (e - 32) : 0));
            BigInteger expected = BigInteger.Min(long.MaxValue, formula(x, (x + 7) / 8, iterations));
            return price.Of(baseLength, exponentLength, modulusLength, head) == expected;
        }, iter: 20_000);
}
