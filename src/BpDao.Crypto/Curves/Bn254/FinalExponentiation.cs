using System.Runtime.CompilerServices;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>From what Miller's loop gives to the pairing: a power with a multiple of (p¹² − 1)/r.
/// L. Fuentes-Castañeda, E. Knapp, F. Rodríguez-Henríquez, "Faster hashing to G2" (2011), §5: the multiple is 2u(6u² + 3u + 1), which r
/// does not divide, so one is reached from where it would be reached anyway.</summary>
[SkipLocalsInit]
internal static class FinalExponentiation
{
    /// <summary>The curve's parameter.</summary>
    public const ulong U = 4965661367192848881;

    private const int Width = 4;

    private static readonly sbyte[] Digits = MakeDigits();

    public static void Apply(in Fp12 value, out Fp12 result)
    {
        // (p⁶ − 1)(p² + 1), after which inverses are conjugates.
        Fp12.Invert(value, out Fp12 inverse);
        Fp12.Conjugate(value, out Fp12 f);
        Fp12.Multiply(f, inverse, out f);
        Frobenius.Apply(f, out Fp12 t);
        Frobenius.Apply(t, out t);
        Fp12.Multiply(f, t, out f);

        PowerOfU(f, out Fp12 u1);
        CyclotomicSquare(u1, out Fp12 a);
        CyclotomicSquare(a, out Fp12 b);
        Fp12.Multiply(a, b, out b); // f^6u
        PowerOfU(b, out Fp12 u2); // f^6u²
        CyclotomicSquare(u2, out t);
        PowerOfU(t, out Fp12 u3); // f^12u³

        // a' = f^(12u³ + 6u² + 6u) and b' = a'·f^−2u; the result is a'·f^6u²·f · b'^p · a'^p² · (b'·f^−1)^p³.
        Fp12.Multiply(u3, u2, out Fp12 sum);
        Fp12.Multiply(sum, b, out sum);
        Fp12.Conjugate(a, out a);
        Fp12.Multiply(sum, a, out Fp12 less);
        Fp12.Multiply(sum, u2, out result);
        Fp12.Multiply(result, f, out result);
        Frobenius.Apply(less, out t);
        Fp12.Multiply(result, t, out result);
        Frobenius.Apply(sum, out t);
        Frobenius.Apply(t, out t);
        Fp12.Multiply(result, t, out result);
        Fp12.Conjugate(f, out f);
        Fp12.Multiply(less, f, out t);
        Frobenius.Apply(t, out t);
        Frobenius.Apply(t, out t);
        Frobenius.Apply(t, out t);
        Fp12.Multiply(result, t, out result);
    }

    /// <summary>a^u for a in the cyclotomic subgroup, over a table of a, a³, a⁵, a⁷.</summary>
    private static void PowerOfU(in Fp12 a, out Fp12 power)
    {
        Span<Fp12> oddPowers = stackalloc Fp12[1 << (Width - 2)];
        oddPowers[0] = a;
        CyclotomicSquare(a, out Fp12 square);
        for (int i = 1; i < oddPowers.Length; i++) Fp12.Multiply(oddPowers[i - 1], square, out oddPowers[i]);

        power = oddPowers[Digits[^1] >> 1];
        for (int i = Digits.Length - 2; i >= 0; i--)
        {
            CyclotomicSquare(power, out power);
            int digit = Digits[i];
            if (digit == 0) continue;
            ref readonly Fp12 factor = ref oddPowers[Math.Abs(digit) >> 1];
            if (digit < 0)
            {
                Fp12.Conjugate(factor, out Fp12 inverse);
                Fp12.Multiply(power, inverse, out power);
            }
            else
            {
                Fp12.Multiply(power, factor, out power);
            }
        }
    }

    /// <summary>a² for a in the cyclotomic subgroup. R. Granger, M. Scott, "Faster squaring in the cyclotomic subgroup of sixth degree
    /// extensions" (2010): three squarings over Fp4 = Fp2[s], s² = ξ.</summary>
    internal static void CyclotomicSquare(in Fp12 a, out Fp12 square)
    {
        SquareFp4(a.C0.C0, a.C1.C1, out Fp2 t0, out Fp2 t1);
        SquareFp4(a.C1.C0, a.C0.C2, out Fp2 t2, out Fp2 t3);
        SquareFp4(a.C0.C1, a.C1.C2, out Fp2 t4, out Fp2 t5);
        Fp2.MultiplyByXi(t5, out t5);
        ThriceLessTwice(t0, a.C0.C0, out square.C0.C0);
        ThriceLessTwice(t2, a.C0.C1, out square.C0.C1);
        ThriceLessTwice(t4, a.C0.C2, out square.C0.C2);
        ThricePlusTwice(t5, a.C1.C0, out square.C1.C0);
        ThricePlusTwice(t1, a.C1.C1, out square.C1.C1);
        ThricePlusTwice(t3, a.C1.C2, out square.C1.C2);
    }

    /// <summary>(x + y·s)² = (x² + ξ·y²) + 2·x·y·s.</summary>
    private static void SquareFp4(in Fp2 x, in Fp2 y, out Fp2 c0, out Fp2 c1)
    {
        Fp2.Square(x, out Fp2 xx);
        Fp2.Square(y, out Fp2 yy);
        Fp2.Add(x, y, out c1);
        Fp2.Square(c1, out c1);
        Fp2.Subtract(c1, xx, out c1);
        Fp2.Subtract(c1, yy, out c1);
        Fp2.MultiplyByXi(yy, out yy);
        Fp2.Add(xx, yy, out c0);
    }

    /// <summary>3t − 2x.</summary>
    private static void ThriceLessTwice(in Fp2 t, in Fp2 x, out Fp2 result)
    {
        Fp2.Subtract(t, x, out Fp2 difference);
        Fp2.Double(difference, out difference);
        Fp2.Add(difference, t, out result);
    }

    /// <summary>3t + 2x.</summary>
    private static void ThricePlusTwice(in Fp2 t, in Fp2 x, out Fp2 result)
    {
        Fp2.Add(t, x, out Fp2 sum);
        Fp2.Double(sum, out sum);
        Fp2.Add(sum, t, out result);
    }

    private static sbyte[] MakeDigits()
    {
        Span<sbyte> digits = stackalloc sbyte[NonAdjacentForm.MaxLength];
        return digits[..NonAdjacentForm.Write(U, Width, digits)].ToArray();
    }
}
