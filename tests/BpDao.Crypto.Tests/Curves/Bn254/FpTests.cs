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
        return Is(inverse, FieldOracle.Invert(a));
    }, iter: Runs);

    [Fact]
    public void Results_may_be_written_over_operands() => Gen.Select(FieldOracle.Elements, FieldOracle.Elements).Sample((a, b) =>
    {
        Fp sum = FieldOracle.Of(a), difference = sum, product = sum, inverse = sum, y = FieldOracle.Of(b);
        Fp.Add(sum, y, out sum);
        Fp.Subtract(y, difference, out difference);
        Fp.Multiply(product, product, out product);
        FpInversion.Invert(inverse, out inverse);
        return Is(sum, a + b) && Is(difference, b - a) && Is(product, a * a) && Is(inverse, FieldOracle.Invert(a));
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
