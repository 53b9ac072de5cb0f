using System.Numerics;
using BpDao.Core;
using BpDao.Crypto.Curves.Bn254;
using CsCheck;
using Xunit;

namespace BpDao.Crypto.Tests;

/// <summary>The tower of fields against polynomials over the prime field.</summary>
public sealed class ExtensionFieldTests
{
    private const int Runs = 300;

    [Fact]
    public void Fp2_squares_and_multiplies() => Gen.Select(FieldOracle.Fp2s, FieldOracle.Fp2s).Sample((a, b) =>
    {
        (BigInteger a0, BigInteger a1, BigInteger b0, BigInteger b1) = (FieldOracle.Of(a.C0), FieldOracle.Of(a.C1), FieldOracle.Of(b.C0), FieldOracle.Of(b.C1));
        Fp2.Multiply(a, b, out Fp2 product);
        Fp2.Square(a, out Fp2 square);
        Fp2.Multiply(a, a, out Fp2 itself);
        Fp2.Multiply(a, b.C0, out Fp2 scaled);
        Fp2.MultiplyByXi(a, out Fp2 byXi);
        Fp2.Multiply(a, Fp2.Xi, out Fp2 timesXi);
        return product == Of((a0 * b0) - (a1 * b1), (a0 * b1) + (a1 * b0)) && square == itself && scaled == Of(a0 * b0, a1 * b0) && byXi == timesXi;
    }, iter: 3_000);

    [Fact]
    public void Fp2_inverts() => FieldOracle.Fp2s.Sample(a =>
    {
        Fp2.Invert(a, out Fp2 inverse);
        Fp2.Multiply(a, inverse, out Fp2 product);
        return a.IsZero ? inverse.IsZero : product == Fp2.One;
    }, iter: Runs);

    [Fact]
    public void Fp12_multiplies_and_squares() => Gen.Select(FieldOracle.Fp12s, FieldOracle.Fp12s).Sample((a, b) =>
    {
        BigInteger[] x = FieldOracle.Polynomial(a), y = FieldOracle.Polynomial(b);
        Fp12.Multiply(a, b, out Fp12 product);
        Fp12.Square(a, out Fp12 square);
        return FieldOracle.Polynomial(product).SequenceEqual(FieldOracle.Multiply(x, y)) && FieldOracle.Polynomial(square).SequenceEqual(FieldOracle.Multiply(x, x));
    }, iter: Runs);

    [Fact]
    public void Fp12_multiplies_by_lines() => Gen.Select(FieldOracle.Fp12s, FieldOracle.Fp2s, FieldOracle.Fp2s, FieldOracle.Fp2s).Sample((a, l0, l1, l3) =>
    {
        Fp12 line = new() { C0 = new Fp6 { C0 = l0 }, C1 = new Fp6 { C0 = l1, C1 = l3 } };
        Fp12.MultiplyByLine(a, l0, l1, l3, out Fp12 product);
        Fp12.Multiply(a, line, out Fp12 expected);
        return product == expected;
    }, iter: Runs);

    [Fact]
    public void Fp12_inverts() => FieldOracle.Fp12s.Sample(a =>
    {
        Fp12.Invert(a, out Fp12 inverse);
        Fp12.Multiply(a, inverse, out Fp12 product);
        return a == default ? inverse == default : product.IsOne;
    }, iter: Runs);

    [Fact]
    public void Results_may_be_written_over_operands() => Gen.Select(FieldOracle.Fp12s, FieldOracle.Fp12s).Sample((a, b) =>
    {
        Fp12.Multiply(a, b, out Fp12 product);
        Fp12.Square(a, out Fp12 square);
        Fp12.Invert(a, out Fp12 inverse);
        Frobenius.Apply(a, out Fp12 image);
        Fp12 left = a, right = b, squared = a, inverted = a, mapped = a;
        Fp12.Multiply(left, b, out left);
        Fp12.Multiply(a, right, out right);
        Fp12.Square(squared, out squared);
        Fp12.Invert(inverted, out inverted);
        Frobenius.Apply(mapped, out mapped);
        return left == product && right == product && squared == square && inverted == inverse && mapped == image;
    }, iter: Runs);

    [Fact]
    public void Frobenius_is_the_power_of_p() => FieldOracle.Fp12s.Sample(a =>
    {
        Frobenius.Apply(a, out Fp12 image);
        return FieldOracle.Polynomial(image).SequenceEqual(FieldOracle.Power(FieldOracle.Polynomial(a), FieldOracle.P));
    }, iter: 4);

    [Fact]
    public void The_final_power_is_a_root_of_one_and_kills_what_it_should() => FieldOracle.Fp12s.Where(a => a != default).Sample(a =>
    {
        // (p¹² − 1)/r times 2u(6u² + 3u + 1).
        BigInteger u = FinalExponentiation.U, r = (BigInteger)G1Point.Order;
        BigInteger exponent = (BigInteger.Pow(FieldOracle.P, 12) - 1) / r * (2 * u * ((6 * u * u) + (3 * u) + 1));
        FinalExponentiation.Apply(a, out Fp12 result);
        FinalExponentiation.CyclotomicSquare(result, out Fp12 cyclotomic);
        Fp12.Square(result, out Fp12 square);
        return FieldOracle.Polynomial(result).SequenceEqual(FieldOracle.Power(FieldOracle.Polynomial(a), exponent)) && cyclotomic == square;
    }, iter: 1);

    private static Fp2 Of(BigInteger c0, BigInteger c1) => new() { C0 = FieldOracle.Of(c0), C1 = FieldOracle.Of(c1) };
}
