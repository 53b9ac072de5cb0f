using System.Runtime.CompilerServices;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>c0 + c1·v + c2·v² over <see cref="Fp2"/> with v³ = ξ. Results may be written over operands.</summary>
[SkipLocalsInit]
internal struct Fp6
{
    public Fp2 C0, C1, C2;

    public static void Add(in Fp6 a, in Fp6 b, out Fp6 sum)
    {
        Fp2.Add(a.C0, b.C0, out sum.C0);
        Fp2.Add(a.C1, b.C1, out sum.C1);
        Fp2.Add(a.C2, b.C2, out sum.C2);
    }

    public static void Subtract(in Fp6 a, in Fp6 b, out Fp6 difference)
    {
        Fp2.Subtract(a.C0, b.C0, out difference.C0);
        Fp2.Subtract(a.C1, b.C1, out difference.C1);
        Fp2.Subtract(a.C2, b.C2, out difference.C2);
    }

    public static void Negate(in Fp6 a, out Fp6 negative) => Subtract(default, a, out negative);

    /// <summary>Six products instead of nine (Karatsuba).</summary>
    public static void Multiply(in Fp6 a, in Fp6 b, out Fp6 product)
    {
        Fp2.Multiply(a.C0, b.C0, out Fp2 v0);
        Fp2.Multiply(a.C1, b.C1, out Fp2 v1);
        Fp2.Multiply(a.C2, b.C2, out Fp2 v2);
        Cross(a.C1, a.C2, b.C1, b.C2, v1, v2, out Fp2 c12);
        Cross(a.C0, a.C1, b.C0, b.C1, v0, v1, out Fp2 c01);
        Cross(a.C0, a.C2, b.C0, b.C2, v0, v2, out Fp2 c02);

        Fp2.MultiplyByXi(c12, out c12);
        Fp2.MultiplyByXi(v2, out v2);
        Fp2.Add(v0, c12, out product.C0);
        Fp2.Add(c01, v2, out product.C1);
        Fp2.Add(c02, v1, out product.C2);
    }

    /// <summary>a·(b0 + b1·v).</summary>
    public static void MultiplySparse(in Fp6 a, in Fp2 b0, in Fp2 b1, out Fp6 product)
    {
        Fp2.Multiply(a.C0, b0, out Fp2 v0);
        Fp2.Multiply(a.C1, b1, out Fp2 v1);
        Fp2.Multiply(a.C2, b1, out Fp2 c0);
        Fp2.Multiply(a.C2, b0, out Fp2 c2);
        Cross(a.C0, a.C1, b0, b1, v0, v1, out Fp2 c1);

        Fp2.MultiplyByXi(c0, out c0);
        Fp2.Add(c0, v0, out product.C0);
        product.C1 = c1;
        Fp2.Add(c2, v1, out product.C2);
    }

    public static void Multiply(in Fp6 a, in Fp2 b, out Fp6 product)
    {
        Fp2.Multiply(a.C0, b, out product.C0);
        Fp2.Multiply(a.C1, b, out product.C1);
        Fp2.Multiply(a.C2, b, out product.C2);
    }

    /// <summary>a·v.</summary>
    public static void MultiplyByV(in Fp6 a, out Fp6 product)
    {
        Fp2 c0 = a.C0, c1 = a.C1;
        Fp2.MultiplyByXi(a.C2, out product.C0);
        product.C1 = c0;
        product.C2 = c1;
    }

    /// <summary>1/a; zero for zero.</summary>
    public static void Invert(in Fp6 a, out Fp6 inverse)
    {
        // The adjugate of multiplication by a, and the norm.
        Fp2.Square(a.C0, out Fp2 t0);
        Fp2.Multiply(a.C1, a.C2, out Fp2 t);
        Fp2.MultiplyByXi(t, out t);
        Fp2.Subtract(t0, t, out t0);
        Fp2.Square(a.C2, out Fp2 t1);
        Fp2.MultiplyByXi(t1, out t1);
        Fp2.Multiply(a.C0, a.C1, out t);
        Fp2.Subtract(t1, t, out t1);
        Fp2.Square(a.C1, out Fp2 t2);
        Fp2.Multiply(a.C0, a.C2, out t);
        Fp2.Subtract(t2, t, out t2);

        Fp2.Multiply(a.C2, t1, out Fp2 norm);
        Fp2.Multiply(a.C1, t2, out t);
        Fp2.Add(norm, t, out norm);
        Fp2.MultiplyByXi(norm, out norm);
        Fp2.Multiply(a.C0, t0, out t);
        Fp2.Add(norm, t, out norm);
        Fp2.Invert(norm, out norm);
        Fp2.Multiply(t0, norm, out inverse.C0);
        Fp2.Multiply(t1, norm, out inverse.C1);
        Fp2.Multiply(t2, norm, out inverse.C2);
    }

    public static bool operator ==(in Fp6 a, in Fp6 b) => a.C0 == b.C0 && a.C1 == b.C1 && a.C2 == b.C2;

    public static bool operator !=(in Fp6 a, in Fp6 b) => !(a == b);

    public override readonly bool Equals(object? obj) => obj is Fp6 other && this == other;

    public override readonly int GetHashCode() => HashCode.Combine(C0, C1, C2);

    /// <summary>x0·y1 + x1·y0 from x0·y0 and x1·y1.</summary>
    private static void Cross(in Fp2 x0, in Fp2 x1, in Fp2 y0, in Fp2 y1, in Fp2 v0, in Fp2 v1, out Fp2 cross)
    {
        Fp2.AddLoosely(x0, x1, out Fp2 x);
        Fp2.Add(y0, y1, out Fp2 y);
        Fp2.Multiply(x, y, out cross);
        Fp2.Subtract(cross, v0, out cross);
        Fp2.Subtract(cross, v1, out cross);
    }
}
