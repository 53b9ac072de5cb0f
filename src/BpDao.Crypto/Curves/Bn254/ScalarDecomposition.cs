using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>k = k1 + k2·λ modulo r with halves of 128 bits, where λ is multiplication by <see cref="Beta"/> on x: the method of
/// R. Gallant, R. Lambert and S. Vanstone, "Faster point multiplication on elliptic curves with efficient endomorphisms" (2001).</summary>
internal readonly struct ScalarDecomposition
{
    /// <summary>A cube root of one: (β·x, y) is λ·(x, y).</summary>
    public static readonly Fp Beta = Fp.From(UInt256.Parse("2203960485148121921418603742825762020974279258880205651966"));

    /// <summary>The cube root of one modulo r that goes with <see cref="Beta"/>.</summary>
    public static readonly UInt256 Lambda = UInt256.Parse("4407920970296243842393367215006156084916469457145843978461");

    // The short vectors (A, B) and (B, −C): A + B·λ and B − C·λ are multiples of r = A·C + B².
    private static readonly UInt256 A = UInt256.Parse("147946756881789319010696353538189108491"); // 6u² + 4u + 1
    private static readonly UInt256 B = UInt256.Parse("9931322734385697763"); // 2u + 1
    private static readonly UInt256 C = UInt256.Parse("147946756881789319000765030803803410728"); // 6u² + 2u

    /// <summary>⌊2^256·C / r⌋ and ⌊2^256·B / r⌋: the fractions of k by a product instead of a division.</summary>
    private static readonly UInt256 CByOrder = FractionOfOrder(C), BByOrder = FractionOfOrder(B);

    /// <param name="k">Below r.</param>
    public ScalarDecomposition(in UInt256 k)
    {
        // The lattice point close to (k, 0); being off by one in a factor makes the halves no longer than their type.
        UInt256.MultiplyFull(k, CByOrder, out UInt256 c1, out _);
        UInt256.MultiplyFull(k, BByOrder, out UInt256 c2, out _);
        First = Magnitude(k - (c1 * A) - (c2 * B), out bool negative);
        IsFirstNegative = negative;
        Second = Magnitude((c2 * C) - (c1 * B), out negative);
        IsSecondNegative = negative;
    }

    /// <summary>|k1| and |k2|.</summary>
    public UInt128 First { get; }

    public UInt128 Second { get; }

    public bool IsFirstNegative { get; }

    public bool IsSecondNegative { get; }

    private static UInt128 Magnitude(in UInt256 value, out bool negative)
    {
        negative = Int256.IsNegative(value);
        UInt256 magnitude = Int256.Abs(value);
        return new UInt128(magnitude.L1, magnitude.L0);
    }

    /// <summary>⌊2^256·n / r⌋ for n below 2^128, digit by digit in base 2^128.</summary>
    private static UInt256 FractionOfOrder(in UInt256 n)
    {
        UInt256 result = default, remainder = n;
        for (int bit = 0; bit < 256; bit++)
        {
            remainder <<= 1;
            result <<= 1;
            if (remainder < G1Point.Order) continue;
            remainder -= G1Point.Order;
            result += 1;
        }

        return result;
    }
}
