using System.Numerics;
using BpDao.Core;
using CsCheck;
using Xunit;

namespace BpDao.Crypto.Tests.Curves;

/// <summary>Laws of the groups and the pairing; the vectors of EIP-2537 are with the precompiled contracts.</summary>
public sealed class Bls12381Tests
{
    private static readonly BigInteger Order = BigInteger.Parse("52435875175126190479447740508185965837690552500527637822603658699938581184513", null);

    private static readonly byte[] G1 = Hex.Decode(
        "0x0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        + "0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1");

    private static readonly byte[] G2 = Hex.Decode(
        "0x00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
        + "0000000000000000000000000000000013e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        + "000000000000000000000000000000000ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"
        + "000000000000000000000000000000000606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be");

    private static readonly BigInteger[] Edges =
        [0, 1, 2, Order - 1, Order, Order + 1, 2 * Order, (BigInteger.One << 255) - 1, BigInteger.One << 255, (BigInteger.One << 256) - 1];

    /// <summary>Any 256-bit number, often one at an edge: a scalar need not be below the order.</summary>
    private static readonly Gen<BigInteger> Scalars = Gen.OneOf(
        Gen.Byte.Array[32].Select(b => new BigInteger(b, isUnsigned: true, isBigEndian: true)),
        Gen.Int[0, Edges.Length - 1].Select(i => Edges[i]));

    private delegate bool Operation(ReadOnlySpan<byte> input, Span<byte> output);

    private static byte[] Run(Operation operation, int outputLength, byte[] input)
    {
        byte[] output = new byte[outputLength];
        Assert.True(operation(input, output));
        return output;
    }

    private static byte[] Word(BigInteger number) =>
        [.. new byte[32 - number.GetByteCount(isUnsigned: true)], .. number.ToByteArray(isUnsigned: true, isBigEndian: true)];

    private static byte[] TimesG1(BigInteger scalar) => SumG1([.. G1, .. Word(scalar)]);

    private static byte[] TimesG2(BigInteger scalar) => SumG2([.. G2, .. Word(scalar)]);

    private static byte[] SumG1(byte[] pairs) => Run(Bls12381.TryMultiplySumG1, 128, pairs);

    private static byte[] SumG2(byte[] pairs) => Run(Bls12381.TryMultiplySumG2, 256, pairs);

    private static byte[] AddG1(byte[] left, byte[] right) => Run(Bls12381.TryAddG1, 128, [.. left, .. right]);

    private static byte[] AddG2(byte[] left, byte[] right) => Run(Bls12381.TryAddG2, 256, [.. left, .. right]);

    /// <summary>Sizes on both sides of every change of method inside the library.</summary>
    [Fact]
    public void A_sum_of_products_of_the_generator_is_the_product_with_the_sum() => Gen.Select(Scalars, Scalars).Array[1, 100].Sample(
        terms =>
        {
            BigInteger sum = terms.Aggregate(BigInteger.Zero, (s, t) => (s + (t.Item1 * t.Item2)) % Order);
            Assert.Equal(TimesG1(sum), SumG1([.. terms.SelectMany(t => (byte[])[.. TimesG1(t.Item1), .. Word(t.Item2)])]));
            Assert.Equal(TimesG2(sum), SumG2([.. terms.SelectMany(t => (byte[])[.. TimesG2(t.Item1), .. Word(t.Item2)])]));
        },
        iter: 25);

    [Fact]
    public void Addition_is_that_of_the_scalars() => Gen.Select(Scalars, Scalars).Sample(
        (a, b) =>
        {
            Assert.Equal(TimesG1((a + b) % Order), AddG1(TimesG1(a), TimesG1(b)));
            Assert.Equal(TimesG2((a + b) % Order), AddG2(TimesG2(a), TimesG2(b)));
            Assert.Equal(new byte[128], AddG1(TimesG1(a), TimesG1(Order - (a % Order))));
            Assert.Equal(new byte[256], AddG2(TimesG2(a), TimesG2(Order - (a % Order))));
        },
        iter: 50);

    [Fact]
    public void The_pairing_is_bilinear() => Gen.Select(Scalars, Scalars, Gen.Int[0, 40]).Sample(
        (a, b, more) =>
        {
            // e(aP, bQ) · e(−abP, Q) · e(0, Q)… = 1
            byte[] unit = [.. new byte[128], .. G2];
            byte[] product = [.. TimesG1(a), .. TimesG2(b), .. Enumerable.Repeat(unit, more).SelectMany(u => u), .. TimesG1(Order - (a * b % Order)), .. G2];
            Assert.True(Bls12381.TryCheckPairing(product, out bool isOne));
            Assert.True(isOne);
            Assert.True(Bls12381.TryCheckPairing([.. product, .. G1, .. G2], out isOne));
            Assert.False(isOne);
        },
        iter: 25);

    [Fact]
    public void What_a_field_element_maps_to_is_in_the_subgroup() => Gen.Byte.Array[96].Sample(
        bytes =>
        {
            bytes[0] = bytes[48] = 0; // below the modulus
            byte[] element = [.. new byte[16], .. bytes[..48]], second = [.. new byte[16], .. bytes[48..]];
            SumG1([.. Run(Bls12381.TryMapG1, 128, element), .. Word(1)]);
            SumG2([.. Run(Bls12381.TryMapG2, 256, [.. element, .. second]), .. Word(1)]);
        },
        iter: 50);
}
