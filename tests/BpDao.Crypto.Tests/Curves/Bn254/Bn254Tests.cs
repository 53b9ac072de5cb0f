using System.Numerics;
using BpDao.Core;
using BpDao.Crypto.Curves.Bn254;
using CsCheck;
using Xunit;

namespace BpDao.Crypto.Tests;

/// <summary>What the precompiled contracts call: against the oracle, by laws, and with what must be refused.</summary>
public sealed class Bn254Tests
{
    private static readonly BigInteger R = (BigInteger)G1Point.Order;

    private static readonly Gen<BigInteger> Scalars = Gen.OneOf(
        Gen.Byte.Array[32].Select(bytes => new BigInteger(bytes, isUnsigned: true)), Gen.OneOf<BigInteger>(0, 1, 2, 3, 4, 8, R - 1, R, R + 1, (BigInteger.One << 256) - 1),
        Gen.Select(Gen.Int[0, 255], Gen.Int[0, 3], (bit, more) => (BigInteger.One << bit) + more),
        Gen.Int[-3, 3].Select(k => ((BigInteger)ScalarDecomposition.Lambda * k % R) + R));

    [Fact]
    public void Adds_points() => Gen.Select(Gen.Int[0, 1 << 16], Gen.Int[0, 1 << 16], Gen.Int[0, 3]).Sample((a, b, relation) =>
    {
        OraclePoint? p = OraclePoint.Multiply(OraclePoint.G1, a % R);
        OraclePoint? q = OraclePoint.Multiply(OraclePoint.G1, relation switch { 0 => a % R, 1 => R - (a % R), _ => b % R });
        return Add(OraclePoint.EncodeG1(p), OraclePoint.EncodeG1(q)).AsSpan().SequenceEqual(OraclePoint.EncodeG1(OraclePoint.Add(p, q)));
    }, iter: 40);

    [Fact]
    public void Multiplies_points() => Gen.Select(Scalars, Scalars).Sample((a, k) =>
    {
        OraclePoint? p = OraclePoint.Multiply(OraclePoint.G1, a % R);
        return Multiply(OraclePoint.EncodeG1(p), k).AsSpan().SequenceEqual(OraclePoint.EncodeG1(OraclePoint.Multiply(p, k)));
    }, iter: 15);

    [Fact]
    public void Multiples_add_up() => Gen.Select(Scalars, Scalars, Scalars).Sample((a, j, k) =>
    {
        byte[] p = Multiply(OraclePoint.EncodeG1(OraclePoint.G1), a);
        BigInteger sum = (j + k) % R, product = j * k % R;
        return Add(Multiply(p, j), Multiply(p, k)).AsSpan().SequenceEqual(Multiply(p, sum))
            && Multiply(Multiply(p, j), k).AsSpan().SequenceEqual(Multiply(p, product))
            && Add(Multiply(p, j), Multiply(p, R - (j % R))).AsSpan().SequenceEqual(new byte[64]);
    }, iter: 1_000);

    [Fact]
    public void Scalars_split_into_halves() => Scalars.Sample(k =>
    {
        ScalarDecomposition halves = new((UInt256)(k % R));
        BigInteger first = halves.IsFirstNegative ? -(BigInteger)halves.First : (BigInteger)halves.First;
        BigInteger second = halves.IsSecondNegative ? -(BigInteger)halves.Second : (BigInteger)halves.Second;
        return (first + (second * (BigInteger)ScalarDecomposition.Lambda) - k) % R == 0
            && BigInteger.Abs(first) < BigInteger.One << 127 && BigInteger.Abs(second) < BigInteger.One << 127;
    }, iter: 5_000);

    [Fact]
    public void Digits_give_back_the_number() => Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[2, 7]).Sample((high, low, width) =>
    {
        UInt128 value = new(high >> 1, low);
        sbyte[] digits = new sbyte[NonAdjacentForm.MaxLength];
        int count = NonAdjacentForm.Write(value, width, digits);
        BigInteger sum = 0;
        for (int i = count - 1; i >= 0; i--) sum = (2 * sum) + digits[i];
        return sum == (BigInteger)value && digits.All(d => Math.Abs((int)d) < 1 << (width - 1) && (d == 0 || d % 2 != 0)) && (count == 0 || digits[count - 1] != 0)
            && Enumerable.Range(0, digits.Length - width).All(at => digits.Skip(at).Take(width).Count(d => d != 0) <= 1);
    }, iter: 2_000);

    [Fact]
    public void Pairings_are_bilinear_and_not_trivial() => Gen.Select(Scalars, Scalars, Gen.Int[1, 3]).Sample((a, b, off) =>
    {
        byte[] g1 = OraclePoint.EncodeG1(OraclePoint.G1), g2 = OraclePoint.EncodeG2(OraclePoint.G2);
        byte[] bG2 = OraclePoint.EncodeG2(OraclePoint.Multiply(OraclePoint.G2, b % R));
        BigInteger minusProduct = ((-a * b % R) + R) % R;
        return Check(Multiply(g1, a), bG2, Multiply(g1, minusProduct), g2) == true
            && Check(Multiply(g1, a), bG2, Multiply(g1, minusProduct + off), g2) == false;
    }, iter: 15);

    [Fact]
    public void No_pairs_and_pairs_with_infinity_are_one()
    {
        byte[] nothing1 = new byte[64], nothing2 = new byte[128], g1 = OraclePoint.EncodeG1(OraclePoint.G1), g2 = OraclePoint.EncodeG2(OraclePoint.G2);
        Assert.True(Check());
        Assert.True(Check(nothing1, nothing2));
        Assert.True(Check(g1, nothing2));
        Assert.True(Check(nothing1, g2));
        Assert.False(Check(g1, g2));
        Assert.False(Check(nothing1, nothing2, g1, g2, nothing1, g2, g1, nothing2));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void Any_number_of_pairs_is_one_product(int count)
    {
        byte[] g1 = OraclePoint.EncodeG1(OraclePoint.G1), g2 = OraclePoint.EncodeG2(OraclePoint.G2);
        // 1 + 2 + … + (n − 1) − n(n−1)/2 = 0
        byte[][] points = [.. Enumerable.Range(1, count - 1).SelectMany(k => new[] { Multiply(g1, k), g2 }), Multiply(g1, R - (count * (count - 1) / 2)), g2];
        Assert.True(Check(points));
        points[0] = Multiply(g1, 2);
        Assert.False(Check(points));
    }

    [Fact]
    public void Points_of_the_twist_outside_the_group_are_refused() => Gen.Select(FieldOracle.Elements, FieldOracle.Elements, Gen.Bool).Sample((a, b, atInfinity) =>
    {
        OraclePoint any = OraclePoint.OnTwist(new Complex2(a, b));
        byte[] p = atInfinity ? new byte[64] : OraclePoint.EncodeG1(OraclePoint.G1);
        Assert.NotNull(OraclePoint.Multiply(any, R)); // or the sample is useless
        OraclePoint cleared = OraclePoint.Multiply(any, OraclePoint.Cofactor)!;
        return Check(p, OraclePoint.EncodeG2(any)) is null && Check(p, OraclePoint.EncodeG2(cleared)) == atInfinity;
    }, iter: 5);

    [Theory]
    [InlineData(10069)]
    [InlineData(5864401)]
    [InlineData(1875725156269)]
    public void Points_of_small_order_are_refused(long order)
    {
        Assert.Equal(BigInteger.Zero, OraclePoint.Cofactor % order);
        OraclePoint small = OraclePoint.Multiply(OraclePoint.OnTwist(new Complex2(1, 1)), OraclePoint.Cofactor / order * R)!;
        Assert.Null(OraclePoint.Multiply(small, order));
        for (int k = 1; k <= 20; k++)
        {
            byte[] encoded = OraclePoint.EncodeG2(OraclePoint.Multiply(small, k));
            Assert.Null(Check(OraclePoint.EncodeG1(OraclePoint.G1), encoded));
            Assert.Null(Check(OraclePoint.EncodeG1(OraclePoint.G1), OraclePoint.EncodeG2(OraclePoint.Add(OraclePoint.Multiply(small, k), OraclePoint.G2))));
        }
    }

    [Fact]
    public void What_ends_the_loop_kills_the_group_and_nothing_else()
    {
        // (6u + 2) + π − π² + π³ = a + b·π by π² = t·π − p. Its norm kills whatever it kills.
        BigInteger u = FinalExponentiation.U, p = FieldOracle.P, t = (6 * u * u) + 1;
        Assert.Equal(p + 1 - t, R);
        BigInteger a = (6 * u) + 2 + p - (t * p), b = 1 - t + ((t * t) - p);
        BigInteger norm = (a * a) + (a * b * t) + (b * b * p);
        Assert.Equal(R, BigInteger.GreatestCommonDivisor(norm, OraclePoint.Cofactor * R));
    }

    [Fact]
    public void Points_off_the_curve_and_numbers_not_below_p_are_refused()
    {
        byte[] output = new byte[64], scalar = new byte[32], nothing = new byte[64];
        byte[] offCurve = OraclePoint.EncodeG1(new OraclePoint(new Complex2(1, 0), new Complex2(3, 0)));
        byte[] tooLarge = [.. ((UInt256)(FieldOracle.P + 1)).ToBigEndian(), .. OraclePoint.EncodeG1(OraclePoint.G1)[32..]];
        foreach (byte[] bad in new[] { offCurve, tooLarge })
        {
            Assert.False(Bn254.TryAdd([.. bad, .. nothing], output));
            Assert.False(Bn254.TryAdd([.. nothing, .. bad], output));
            Assert.False(Bn254.TryMultiply([.. bad, .. scalar], output));
            Assert.Null(Check(bad, new byte[128]));
        }

        byte[] offTwist = OraclePoint.EncodeG2(OraclePoint.G2 with { Y = OraclePoint.G2.X });
        Assert.Null(Check(new byte[64], offTwist));
        byte[] swapped = OraclePoint.EncodeG2(OraclePoint.G2);
        swapped = [.. swapped[32..64], .. swapped[..32], .. swapped[64..]];
        Assert.Null(Check(new byte[64], swapped));
        Assert.False(Bn254.TryCheckPairing(new byte[Bn254.PairSize - 1], out _));
        Assert.False(Bn254.TryCheckPairing(new byte[Bn254.PairSize + 1], out _));
    }

    private static byte[] Add(byte[] a, byte[] b)
    {
        byte[] sum = new byte[64];
        Assert.True(Bn254.TryAdd([.. a, .. b], sum));
        return sum;
    }

    private static byte[] Multiply(byte[] point, BigInteger k)
    {
        byte[] product = new byte[64];
        Assert.True(Bn254.TryMultiply([.. point, .. ((UInt256)k).ToBigEndian()], product));
        return product;
    }

    /// <summary>Null where the input is refused.</summary>
    private static bool? Check(params byte[][] points) => Bn254.TryCheckPairing([.. points.SelectMany(p => p)], out bool isOne) ? isOne : null;
}
