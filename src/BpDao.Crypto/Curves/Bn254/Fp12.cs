using System.Runtime.CompilerServices;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>c0 + c1·w over <see cref="Fp6"/> with w² = v: where pairings take their values. Results may be written over operands.</summary>
[SkipLocalsInit]
internal struct Fp12
{
    public Fp6 C0, C1;

    public static readonly Fp12 One = new() { C0 = new Fp6 { C0 = Fp2.One } };

    public readonly bool IsOne => this == One;

    public static void Multiply(in Fp12 a, in Fp12 b, out Fp12 product)
    {
        Fp6.Multiply(a.C0, b.C0, out Fp6 v0);
        Fp6.Multiply(a.C1, b.C1, out Fp6 v1);
        Fp6.Add(a.C0, a.C1, out Fp6 x);
        Fp6.Add(b.C0, b.C1, out Fp6 y);
        Fp6.Multiply(x, y, out x);
        Fp6.Subtract(x, v0, out x);
        Fp6.Subtract(x, v1, out product.C1);
        Fp6.MultiplyByV(v1, out v1);
        Fp6.Add(v0, v1, out product.C0);
    }

    /// <summary>a·(l0 + l1·w + l3·w³): the shape of a line (w³ = v·w).</summary>
    public static void MultiplyByLine(in Fp12 a, in Fp2 l0, in Fp2 l1, in Fp2 l3, out Fp12 product)
    {
        Fp6.Multiply(a.C0, l0, out Fp6 v0);
        Fp6.MultiplySparse(a.C1, l1, l3, out Fp6 v1);
        Fp6.Add(a.C0, a.C1, out Fp6 x);
        Fp2.Add(l0, l1, out Fp2 l01);
        Fp6.MultiplySparse(x, l01, l3, out x);
        Fp6.Subtract(x, v0, out x);
        Fp6.Subtract(x, v1, out product.C1);
        Fp6.MultiplyByV(v1, out v1);
        Fp6.Add(v0, v1, out product.C0);
    }

    /// <summary>(c0 + c1·w)² = (c0 + c1)·(c0 + v·c1) − (1 + v)·c0·c1 + 2·c0·c1·w.</summary>
    public static void Square(in Fp12 a, out Fp12 square)
    {
        Fp6.Multiply(a.C0, a.C1, out Fp6 cross);
        Fp6.Add(a.C0, a.C1, out Fp6 x);
        Fp6.MultiplyByV(a.C1, out Fp6 y);
        Fp6.Add(a.C0, y, out y);
        Fp6.Multiply(x, y, out x);
        Fp6.Subtract(x, cross, out x);
        Fp6.Add(cross, cross, out square.C1);
        Fp6.MultiplyByV(cross, out cross);
        Fp6.Subtract(x, cross, out square.C0);
    }

    /// <summary>The p⁶-th power.</summary>
    public static void Conjugate(in Fp12 a, out Fp12 conjugate)
    {
        conjugate.C0 = a.C0;
        Fp6.Negate(a.C1, out conjugate.C1);
    }

    /// <summary>1/a; zero for zero.</summary>
    public static void Invert(in Fp12 a, out Fp12 inverse)
    {
        Fp6.Multiply(a.C0, a.C0, out Fp6 norm);
        Fp6.Multiply(a.C1, a.C1, out Fp6 t);
        Fp6.MultiplyByV(t, out t);
        Fp6.Subtract(norm, t, out norm);
        Fp6.Invert(norm, out norm);
        Fp6.Multiply(a.C0, norm, out inverse.C0);
        Fp6.Negate(norm, out norm);
        Fp6.Multiply(a.C1, norm, out inverse.C1);
    }

    public static bool operator ==(in Fp12 a, in Fp12 b) => a.C0 == b.C0 && a.C1 == b.C1;

    public static bool operator !=(in Fp12 a, in Fp12 b) => !(a == b);

    public override readonly bool Equals(object? obj) => obj is Fp12 other && this == other;

    public override readonly int GetHashCode() => HashCode.Combine(C0, C1);
}
