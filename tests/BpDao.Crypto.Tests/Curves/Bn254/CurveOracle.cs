using System.Numerics;
using BpDao.Core;
using BpDao.Crypto.Curves.Bn254;

namespace BpDao.Crypto.Tests;

/// <summary>A number c0 + c1·i over big integers; the first group's coordinates have c1 = 0.</summary>
internal readonly record struct Complex2(BigInteger C0, BigInteger C1)
{
    public static Complex2 operator +(Complex2 a, Complex2 b) => new(FieldOracle.Mod(a.C0 + b.C0), FieldOracle.Mod(a.C1 + b.C1));

    public static Complex2 operator -(Complex2 a, Complex2 b) => new(FieldOracle.Mod(a.C0 - b.C0), FieldOracle.Mod(a.C1 - b.C1));

    public static Complex2 operator *(Complex2 a, Complex2 b) =>
        new(FieldOracle.Mod((a.C0 * b.C0) - (a.C1 * b.C1)), FieldOracle.Mod((a.C0 * b.C1) + (a.C1 * b.C0)));

    public Complex2 Inverse()
    {
        BigInteger norm = FieldOracle.Invert((C0 * C0) + (C1 * C1));
        return new Complex2(FieldOracle.Mod(C0 * norm), FieldOracle.Mod(-C1 * norm));
    }

    /// <summary>A square root, or null. p is 3 modulo 4.</summary>
    public Complex2? SquareRoot()
    {
        BigInteger p = FieldOracle.P, half = (p + 1) / 2;
        BigInteger norm = FieldOracle.Mod((C0 * C0) + (C1 * C1)), length = BigInteger.ModPow(norm, (p + 1) / 4, p);
        foreach (BigInteger sign in new[] { length, p - length })
        {
            // (x + y·i)² = c0 + c1·i gives x² = (c0 ± |c|)/2 and y = c1/2x.
            BigInteger x = BigInteger.ModPow(FieldOracle.Mod((C0 + sign) * half), (p + 1) / 4, p);
            Complex2 root = new(x, FieldOracle.Mod(C1 * half * FieldOracle.Invert(x)));
            if (root * root == this) return root;
        }

        return null;
    }
}

/// <summary>Chord and tangent over big integers, on the curve and on its twist; null is the point at infinity.</summary>
internal sealed record OraclePoint(Complex2 X, Complex2 Y)
{
    public static readonly OraclePoint G1 = new(new Complex2(1, 0), new Complex2(2, 0));

    /// <summary>The generator of the second group by EIP-197.</summary>
    public static readonly OraclePoint G2 = new(
        new Complex2(
            BigInteger.Parse("10857046999023057135944570762232829481370756359578518086990519993285655852781"),
            BigInteger.Parse("11559732032986387107991004021392285783925812861821192530917403151452391805634")),
        new Complex2(
            BigInteger.Parse("8495653923123431417604973247489272438418190587263600148770280649306958101930"),
            BigInteger.Parse("4082367875863433681332203403145435568316851327593401208105741076214120093531")));

    /// <summary>3/(9 + i).</summary>
    public static readonly Complex2 TwistB = new Complex2(3, 0) * new Complex2(9, 1).Inverse();

    /// <summary>Order of the twist by that of the group: 2p − r.</summary>
    public static readonly BigInteger Cofactor = (2 * FieldOracle.P) - (BigInteger)G1Point.Order;

    public static OraclePoint? Add(OraclePoint? a, OraclePoint? b)
    {
        if (a is null || b is null) return a ?? b;
        if (a.X == b.X && a.Y + b.Y == default) return null;
        Complex2 slope = a.X == b.X
            ? new Complex2(3, 0) * a.X * a.X * (a.Y + a.Y).Inverse()
            : (b.Y - a.Y) * (b.X - a.X).Inverse();
        Complex2 x = (slope * slope) - a.X - b.X;
        return new OraclePoint(x, (slope * (a.X - x)) - a.Y);
    }

    public static OraclePoint? Multiply(OraclePoint? point, BigInteger k)
    {
        OraclePoint? product = null;
        for (long bit = k.GetBitLength() - 1; bit >= 0; bit--)
        {
            product = Add(product, product);
            if (!((k >> (int)bit) & 1).IsZero) product = Add(product, point);
        }

        return product;
    }

    /// <summary>Some point of the whole twist with x near a number.</summary>
    public static OraclePoint OnTwist(Complex2 x)
    {
        while (true)
        {
            if (((x * x * x) + TwistB).SquareRoot() is { } y) return new OraclePoint(x, y);
            x += new Complex2(1, 0);
        }
    }

    public static byte[] EncodeG1(OraclePoint? point) =>
        point is null ? new byte[64] : [.. Bytes(point.X.C0), .. Bytes(point.Y.C0)];

    public static byte[] EncodeG2(OraclePoint? point) =>
        point is null ? new byte[128] : [.. Bytes(point.X.C1), .. Bytes(point.X.C0), .. Bytes(point.Y.C1), .. Bytes(point.Y.C0)];

    private static byte[] Bytes(BigInteger value) => ((UInt256)value).ToBigEndian();
}
