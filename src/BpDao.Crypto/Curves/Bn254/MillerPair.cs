using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>One pair in Miller's loop: P, Q, and the running multiple T of Q in homogeneous coordinates (X/Z, Y/Z).
/// A step moves T and multiplies the value by the line it drew, evaluated at P.
/// C. Costello, T. Lange, M. Naehrig, "Faster pairing computations on curves with high-degree twists" (2010).</summary>
[SkipLocalsInit]
internal struct MillerPair
{
    private G1Point _p;
    private G2Point _q, _minusQ;
    private Fp2 _x, _y, _z;

    public MillerPair(in G1Point p, in G2Point q)
    {
        _p = p;
        _q = q;
        G2Point.Negate(q, out _minusQ);
        _x = q.X;
        _y = q.Y;
        _z = Fp2.One;
    }

    /// <summary>T := 2T by the tangent.</summary>
    public void Double(ref Fp12 value)
    {
        Fp2.Multiply(_x, _y, out Fp2 a);
        Fp2.Halve(a, out a);
        Fp2.Square(_y, out Fp2 b);
        Fp2.Square(_z, out Fp2 c);
        Fp2.Double(c, out Fp2 e);
        Fp2.Add(e, c, out e);
        Fp2.Multiply(e, G2Point.B, out e);
        Fp2.Double(e, out Fp2 f);
        Fp2.Add(f, e, out f);
        Fp2.Add(_y, _z, out Fp2 h);
        Fp2.Square(h, out h);
        Fp2.Subtract(h, b, out h);
        Fp2.Subtract(h, c, out h);
        Fp2.Square(_x, out Fp2 j);
        Fp2.Double(j, out Fp2 threeJ);
        Fp2.Add(threeJ, j, out threeJ);
        Fp2.Subtract(e, b, out Fp2 constant);

        Fp2.Subtract(b, f, out _x);
        Fp2.Multiply(_x, a, out _x);
        Fp2.Add(b, f, out Fp2 g);
        Fp2.Halve(g, out g);
        Fp2.Square(g, out g);
        Fp2.Square(e, out e);
        Fp2.Double(e, out Fp2 threeE);
        Fp2.Add(threeE, e, out threeE);
        Fp2.Subtract(g, threeE, out _y);
        Fp2.Multiply(b, h, out _z);

        Fp2.Negate(h, out h);
        Multiply(ref value, h, threeJ, constant);
    }

    /// <summary>T := T ± Q by the chord, as the sign of the digit says.</summary>
    public void AddDigit(ref Fp12 value, int digit)
    {
        if (digit > 0) Add(ref value, _q);
        else Add(ref value, _minusQ);
    }

    /// <summary>The two chords that end the optimal ate pairing, through π(Q) and −π²(Q). F. Vercauteren, "Optimal pairings" (2010).</summary>
    /// <returns>True when Q is in the group of order r.</returns>
    /// <remarks>There, T = (6u + 2)·Q, and (6u + 2) + π − π² + π³ kills exactly the points of that group, since the norm of this
    /// endomorphism and the order of the twist have no other common factor than r. So T after both chords is −π³(Q), or Q is a
    /// stranger. A point of small order that made a chord through equal points has left Z = 0, which no later step mends.</remarks>
    public bool Finish(ref Fp12 value)
    {
        Frobenius.Apply(_q, out G2Point image);
        Add(ref value, image);
        Frobenius.Apply(image, out image);
        G2Point.Negate(image, out G2Point minusSecond);
        Add(ref value, minusSecond);
        Frobenius.Apply(minusSecond, out image);

        Fp2.Multiply(image.X, _z, out Fp2 x);
        Fp2.Multiply(image.Y, _z, out Fp2 y);
        return !_z.IsZero && x == _x && y == _y;
    }

    private void Add(ref Fp12 value, in G2Point q)
    {
        Fp2.Multiply(q.Y, _z, out Fp2 theta);
        Fp2.Subtract(_y, theta, out theta);
        Fp2.Multiply(q.X, _z, out Fp2 lambda);
        Fp2.Subtract(_x, lambda, out lambda);
        Fp2.Square(theta, out Fp2 c);
        Fp2.Square(lambda, out Fp2 d);
        Fp2.Multiply(lambda, d, out Fp2 e);
        Fp2.Multiply(_z, c, out Fp2 f);
        Fp2.Multiply(_x, d, out Fp2 g);
        Fp2.Add(e, f, out Fp2 h);
        Fp2.Subtract(h, g, out h);
        Fp2.Subtract(h, g, out h);

        Fp2.Multiply(lambda, h, out _x);
        Fp2.Subtract(g, h, out g);
        Fp2.Multiply(theta, g, out g);
        Fp2.Multiply(e, _y, out _y);
        Fp2.Subtract(g, _y, out _y);
        Fp2.Multiply(_z, e, out _z);

        Fp2.Multiply(theta, q.X, out Fp2 constant);
        Fp2.Multiply(lambda, q.Y, out Fp2 t);
        Fp2.Subtract(constant, t, out constant);
        Fp2.Negate(theta, out theta);
        Multiply(ref value, lambda, theta, constant);
    }

    /// <summary>The line is y·y(P) + x·x(P)·w + c·w³; at infinity it has no value and the pairing is one.</summary>
    private readonly void Multiply(ref Fp12 value, in Fp2 y, in Fp2 x, in Fp2 c)
    {
        if (_p.IsInfinity) return;
        Fp2.Multiply(y, _p.Y, out Fp2 l0);
        Fp2.Multiply(x, _p.X, out Fp2 l1);
        Fp12.MultiplyByLine(value, l0, l1, c, out value);
    }
}
