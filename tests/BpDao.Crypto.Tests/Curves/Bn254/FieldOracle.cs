using System.Numerics;
using BpDao.Core;
using BpDao.Crypto.Curves.Bn254;
using CsCheck;

namespace BpDao.Crypto.Tests;

/// <summary>The fields of BN254 by school arithmetic on big integers. Fp12 is Fp[w] / (w¹² − 18·w⁶ + 82), where i = w⁶ − 9.</summary>
internal static class FieldOracle
{
    public static readonly BigInteger P = (BigInteger)Fp.Modulus;

    /// <summary>Elements of Fp: edges as often as any.</summary>
    public static readonly Gen<BigInteger> Elements = Gen.OneOf(
        Gen.Byte.Array[32].Select(bytes => new BigInteger(bytes, isUnsigned: true) % P),
        Gen.OneOf<BigInteger>(0, 1, 2, P - 1, P - 2, (P - 1) / 2, (P + 1) / 2, ulong.MaxValue, BigInteger.One << 64, BigInteger.One << 192, (BigInteger.One << 253) - 1));

    public static readonly Gen<Fp2> Fp2s = Gen.Select(Elements, Elements, (a, b) => new Fp2 { C0 = Of(a), C1 = Of(b) });

    public static readonly Gen<Fp6> Fp6s = Gen.Select(Fp2s, Fp2s, Fp2s, (a, b, c) => new Fp6 { C0 = a, C1 = b, C2 = c });

    public static readonly Gen<Fp12> Fp12s = Gen.Select(Fp6s, Fp6s, (a, b) => new Fp12 { C0 = a, C1 = b });

    public static Fp Of(BigInteger value) => Fp.From((UInt256)Mod(value));

    public static BigInteger Of(in Fp element) => (BigInteger)element.ToUInt256();

    public static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;

    public static BigInteger Invert(BigInteger value) => BigInteger.ModPow(value, P - 2, P);

    /// <summary>The coefficients over w⁰ … w¹¹.</summary>
    public static BigInteger[] Polynomial(in Fp12 a)
    {
        Fp2[] overPowersOfW = [a.C0.C0, a.C1.C0, a.C0.C1, a.C1.C1, a.C0.C2, a.C1.C2];
        BigInteger[] polynomial = new BigInteger[12];
        for (int k = 0; k < overPowersOfW.Length; k++)
        {
            BigInteger real = Of(overPowersOfW[k].C0), imaginary = Of(overPowersOfW[k].C1);
            polynomial[k] = Mod(real - (9 * imaginary));
            polynomial[k + 6] = imaginary;
        }

        return polynomial;
    }

    public static BigInteger[] Multiply(BigInteger[] a, BigInteger[] b)
    {
        BigInteger[] product = new BigInteger[23];
        for (int i = 0; i < 12; i++)
        {
            for (int j = 0; j < 12; j++) product[i + j] += a[i] * b[j];
        }

        for (int k = 22; k >= 12; k--)
        {
            product[k - 6] += 18 * product[k];
            product[k - 12] -= 82 * product[k];
        }

        return [.. product.Take(12).Select(Mod)];
    }

    public static BigInteger[] Power(BigInteger[] a, BigInteger exponent)
    {
        BigInteger[] power = [1, .. Enumerable.Repeat(BigInteger.Zero, 11)];
        for (long bit = exponent.GetBitLength() - 1; bit >= 0; bit--)
        {
            power = Multiply(power, power);
            if (!((exponent >> (int)bit) & 1).IsZero) power = Multiply(power, a);
        }

        return power;
    }
}
