using System.Runtime.CompilerServices;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>A point (X/Z², Y/Z³) of the curve of <see cref="G1Point"/>, infinity when Z is zero. Results may be written over operands.
/// Formulas: Explicit-Formulas Database, short Weierstrass with a = 0, Jacobian coordinates.</summary>
[SkipLocalsInit]
internal struct G1Jacobian
{
    public Fp X, Y, Z;

    public readonly bool IsInfinity => Z.IsZero;

    public static G1Jacobian Of(in G1Point point) => point.IsInfinity ? default : new G1Jacobian { X = point.X, Y = point.Y, Z = Fp.One };

    /// <summary>dbl-2009-l; infinity stays what it is.</summary>
    public static void Double(in G1Jacobian p, out G1Jacobian twice)
    {
        Fp.Square(p.X, out Fp a);
        Fp.Square(p.Y, out Fp b);
        Fp.Double(b, out Fp twiceB);
        Fp.Double(twiceB, out Fp fourB);
        Fp.Multiply(p.X, fourB, out Fp d);
        Fp.Double(a, out Fp e);
        Fp.AddLoosely(e, a, out e);
        Fp.AddLoosely(p.Y, p.Y, out Fp twiceY);
        Fp.Multiply(twiceY, p.Z, out twice.Z);

        Fp.Square(e, out Fp x);
        Fp.Subtract(x, d, out x);
        Fp.Subtract(x, d, out twice.X);
        Fp.Subtract(d, twice.X, out d);
        Fp.MultiplySubtract(e, d, twiceB, fourB, out twice.Y);
    }

    /// <summary>madd: q has Z = 1 and is not infinity.</summary>
    public static void Add(in G1Jacobian p, in G1Point q, out G1Jacobian sum)
    {
        if (p.IsInfinity)
        {
            sum = Of(q);
            return;
        }

        Fp.Square(p.Z, out Fp zz);
        Fp.Multiply(q.X, zz, out Fp h);
        Fp.Subtract(h, p.X, out h);
        Fp.Multiply(zz, p.Z, out Fp zzz);
        Fp.Multiply(q.Y, zzz, out Fp r);
        Fp.Subtract(r, p.Y, out r);
        if (h.IsZero)
        {
            if (r.IsZero) Double(p, out sum);
            else sum = default;
            return;
        }

        Fp.Square(h, out Fp hh);
        Fp.Multiply(h, hh, out Fp hhh);
        Fp.Multiply(p.X, hh, out Fp v);
        Fp.Multiply(p.Z, h, out sum.Z);
        Fp.Square(r, out Fp x);
        Fp.Subtract(x, hhh, out x);
        Fp.Subtract(x, v, out x);
        Fp.Subtract(x, v, out x);
        Fp.Subtract(v, x, out v);
        Fp.MultiplySubtract(r, v, p.Y, hhh, out sum.Y);
        sum.X = x;
    }

    public readonly void ToAffine(out G1Point point)
    {
        FpInversion.Invert(Z, out Fp inverse);
        ToAffine(inverse, out point);
    }

    /// <param name="inverse">1/Z, zero for infinity.</param>
    public readonly void ToAffine(in Fp inverse, out G1Point point)
    {
        Fp.Square(inverse, out Fp square);
        Fp.Multiply(X, square, out point.X);
        Fp.Multiply(square, inverse, out square);
        Fp.Multiply(Y, square, out point.Y);
    }
}
