using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>k·P: both halves of the scalar in one run of 128 doublings, in signed digits over a table of odd multiples.</summary>
[SkipLocalsInit]
internal static class G1Multiplication
{
    private const int Width = 4;
    private const int TableSize = 1 << (Width - 2);

    /// <param name="k">Any number; the order of the group is taken out.</param>
    public static void Multiply(in G1Point point, in UInt256 k, out G1Point product)
    {
        UInt256 scalar = k < G1Point.Order ? k : k % G1Point.Order;
        if (point.IsInfinity || scalar.IsZero)
        {
            product = default;
            return;
        }

        ScalarDecomposition halves = new(scalar);
        Span<sbyte> first = stackalloc sbyte[NonAdjacentForm.MaxLength], second = stackalloc sbyte[NonAdjacentForm.MaxLength];
        int firstCount = NonAdjacentForm.Write(halves.First, Width, first);
        int secondCount = NonAdjacentForm.Write(halves.Second, Width, second);

        Span<G1Point> multiples = stackalloc G1Point[TableSize], images = stackalloc G1Point[TableSize];
        OddMultiples(point, multiples);
        for (int i = 0; i < TableSize; i++)
        {
            Fp.Multiply(multiples[i].X, ScalarDecomposition.Beta, out images[i].X);
            images[i].Y = multiples[i].Y;
        }

        G1Jacobian sum = default;
        for (int i = Math.Max(firstCount, secondCount) - 1; i >= 0; i--)
        {
            G1Jacobian.Double(sum, out sum);
            if (i < firstCount) AddDigit(ref sum, multiples, halves.IsFirstNegative ? -first[i] : first[i]);
            if (i < secondCount) AddDigit(ref sum, images, halves.IsSecondNegative ? -second[i] : second[i]);
        }

        sum.ToAffine(out product);
    }

    private static void AddDigit(ref G1Jacobian sum, ReadOnlySpan<G1Point> oddMultiples, int digit)
    {
        if (digit == 0) return;
        ref readonly G1Point multiple = ref oddMultiples[Math.Abs(digit) >> 1];
        if (digit > 0)
        {
            G1Jacobian.Add(sum, multiple, out sum);
            return;
        }

        G1Point.Negate(multiple, out G1Point negative);
        G1Jacobian.Add(sum, negative, out sum);
    }

    /// <summary>P, 3P, 5P … with one inversion for all (Montgomery's trick).</summary>
    private static void OddMultiples(in G1Point point, Span<G1Point> multiples)
    {
        Span<G1Jacobian> points = stackalloc G1Jacobian[TableSize];
        Span<Fp> products = stackalloc Fp[TableSize];
        G1Jacobian.Double(G1Jacobian.Of(point), out G1Jacobian twiceJacobian);
        twiceJacobian.ToAffine(out G1Point twice);
        points[0] = G1Jacobian.Of(point);
        products[0] = Fp.One;
        for (int i = 1; i < points.Length; i++)
        {
            G1Jacobian.Add(points[i - 1], twice, out points[i]);
            Fp.Multiply(products[i - 1], points[i].Z, out products[i]);
        }

        FpInversion.Invert(products[^1], out Fp inverse);
        for (int i = points.Length - 1; i > 0; i--)
        {
            Fp.Multiply(inverse, products[i - 1], out Fp ofThis);
            Fp.Multiply(inverse, points[i].Z, out inverse);
            points[i].ToAffine(ofThis, out multiples[i]);
        }

        multiples[0] = point;
    }
}
