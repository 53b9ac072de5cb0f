using System.Numerics;
using BpDao.Core;
using BpDao.Crypto.Curves.Bn254;
using CsCheck;
using Xunit;

namespace BpDao.Crypto.Tests;

/// <summary>The prime field against big integers.</summary>
public sealed class FpTests
{
    private const int Runs = 5_000;

    private static readonly BigInteger P = FieldOracle.P;

    [Fact]
    public void Adds_subtracts_and_negates() => Gen.Select(FieldOracle.Elements, FieldOracle.Elements).Sample((a, b) =>
    {
        Fp x = FieldOracle.Of(a), y = FieldOracle.Of(b);
        Fp.Add(x, y, out Fp sum);
        Fp.Subtract(x, y, out Fp difference);
        Fp.Negate(x, out Fp negative);
        Fp.Double(x, out Fp twice);
        return Is(sum, a + b) && Is(difference, a - b) && Is(negative, -a) && Is(twice, 2 * a);
    }, iter: Runs);

    [Fact]
    public void Multiplies() => Gen.Select(FieldOracle.Elements, FieldOracle.Elements).Sample((a, b) =>
    {
        Fp.Multiply(FieldOracle.Of(a), FieldOracle.Of(b), out Fp product);
        Fp.Multiply<PortableHigh>(FieldOracle.Of(a), FieldOracle.Of(b), out Fp portable);
        return Is(product, a * b) && portable == product;
    }, iter: Runs);

    [Fact]
    public void Multiplies_sums_that_were_not_taken_below_p() => Gen.Select(FieldOracle.Elements, FieldOracle.Elements, FieldOracle.Elements, FieldOracle.Elements).Sample((a, b, c, d) =>
    {
        (Fp w, Fp x, Fp y, Fp z) = (FieldOracle.Of(a), FieldOracle.Of(b), FieldOracle.Of(c), FieldOracle.Of(d));
        Fp.AddLoosely(w, x, out Fp sum);
        Fp.SubtractLoosely(y, z, out Fp difference);
        Fp.Multiply(sum, difference, out Fp product);
        Fp.MultiplyAdd(sum, y, difference, z, out Fp productSum);
        Fp.MultiplySubtract(sum, y, difference, z, out Fp productDifference);
        BigInteger p = (a + b) * (c - d), left = (a + b) * c, right = (c - d) * d;
        return Is(product, p) && Is(productSum, left + right) && Is(productDifference, left - right);
    }, iter: Runs);

    [Fact]
    public void Halves_and_takes_ninefold() => Gen.Select(FieldOracle.Elements, FieldOracle.Elements).Sample((a, b) =>
    {
        Fp.Halve(FieldOracle.Of(a), out Fp half);
        Fp.NineTimesPlus(FieldOracle.Of(a), FieldOracle.Of(b), out Fp sum);
        Fp.NineTimesPlus<PortableHigh>(FieldOracle.Of(a), FieldOracle.Of(b), out Fp portable);
        return Is(half, a * ((P + 1) / 2)) && Is(sum, (9 * a) + b) && portable == sum;
    }, iter: Runs);

    [Fact]
    public void Sums_products() => Gen.Select(FieldOracle.Elements, FieldOracle.Elements, FieldOracle.Elements, FieldOracle.Elements).Sample((a, b, c, d) =>
    {
        (Fp w, Fp x, Fp y, Fp z) = (FieldOracle.Of(a), FieldOracle.Of(b), FieldOracle.Of(c), FieldOracle.Of(d));
        Fp.MultiplyAdd(w, x, y, z, out Fp sum);
        Fp.MultiplyAdd<PortableHigh>(w, x, y, z, out Fp portable);
        Fp.MultiplySubtract(w, x, y, z, out Fp difference);
        return Is(sum, (a * b) + (c * d)) && portable == sum && Is(difference, (a * b) - (c * d));
    }, iter: Runs);

    [Fact]
    public void Inverts() => FieldOracle.Elements.Sample(a =>
    {
        FpInversion.Invert(FieldOracle.Of(a), out Fp inverse);
        return a.IsZero ? inverse.IsZero : FieldOracle.Mod(FieldOracle.Of(inverse) * a).IsOne;
    }, iter: Runs);

    [Fact]
    public void Results_may_be_written_over_operands() => Gen.Select(FieldOracle.Elements, FieldOracle.Elements).Sample((a, b) =>
    {
        Fp sum = FieldOracle.Of(a), difference = sum, product = sum, inverse = sum, y = FieldOracle.Of(b);
        Fp.Add(sum, y, out sum);
        Fp.Subtract(y, difference, out difference);
        Fp.Multiply(product, product, out product);
        FpInversion.Invert(FieldOracle.Of(a), out Fp expected);
        FpInversion.Invert(inverse, out inverse);
        return Is(sum, a + b) && Is(difference, b - a) && Is(product, a * a) && inverse == expected;
    }, iter: 500);

    [Fact]
    public void Reads_and_writes_numbers_below_p() => FieldOracle.Elements.Sample(a =>
    {
        byte[] bytes = ((UInt256)a).ToBigEndian(), written = new byte[Fp.Size];
        if (!Fp.TryRead(bytes, out Fp element)) return false;
        element.Write(written);
        return written.AsSpan().SequenceEqual(bytes) && element == FieldOracle.Of(a) && element.IsZero == a.IsZero;
    }, iter: 500);

    [Fact]
    public void Refuses_p_and_all_above()
    {
        Assert.False(Fp.TryRead(((UInt256)P).ToBigEndian(), out _));
        Assert.False(Fp.TryRead(((UInt256)(P + 1)).ToBigEndian(), out _));
        Assert.False(Fp.TryRead(UInt256.MaxValue.ToBigEndian(), out _));
        Assert.True(Fp.TryRead(((UInt256)(P - 1)).ToBigEndian(), out _));
    }

    private static bool Is(in Fp element, BigInteger expected) => FieldOracle.Of(element) == FieldOracle.Mod(expected);
}
