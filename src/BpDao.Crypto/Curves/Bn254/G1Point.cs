using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>A point of y² = x³ + 3 over <see cref="Fp"/>; (0, 0), which is not on the curve, is the point at infinity (EIP-196).
/// The curve has prime order, so every point is in the group.</summary>
[SkipLocalsInit]
internal struct G1Point
{
    /// <summary>Length in bytes: x ‖ y, big-endian.</summary>
    public const int Size = 64;

    private static readonly Fp Three = Fp.From(3);

    public Fp X, Y;

    /// <summary>The order r of the group: 36u⁴ + 36u³ + 18u² + 6u + 1.</summary>
    public static readonly UInt256 Order = new(0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029);

    public readonly bool IsInfinity => X.IsZero && Y.IsZero;

    /// <summary>False when a coordinate is not below p or the point is not on the curve.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out G1Point point)
    {
        bool valid = Fp.TryRead(bytes, out point.X);
        return Fp.TryRead(bytes[Fp.Size..], out point.Y) && valid && (point.IsInfinity || point.IsOnCurve());
    }

    public readonly void Write(Span<byte> destination)
    {
        X.Write(destination);
        Y.Write(destination[Fp.Size..]);
    }

    public static void Negate(in G1Point point, out G1Point negative)
    {
        negative.X = point.X;
        Fp.Negate(point.Y, out negative.Y);
    }

    /// <summary>a + b by chord and tangent; the result may be written over an operand.</summary>
    public static void Add(in G1Point a, in G1Point b, out G1Point sum)
    {
        if (a.IsInfinity || b.IsInfinity)
        {
            sum = a.IsInfinity ? b : a;
            return;
        }

        Fp rise, run;
        if (a.X != b.X)
        {
            Fp.Subtract(b.Y, a.Y, out rise);
            Fp.Subtract(b.X, a.X, out run);
        }
        else if (a.Y == b.Y && !a.Y.IsZero)
        {
            Fp.Square(a.X, out Fp square);
            Fp.Double(square, out rise);
            Fp.Add(rise, square, out rise);
            Fp.Double(a.Y, out run);
        }
        else
        {
            sum = default;
            return;
        }

        FpInversion.Invert(run, out run);
        Fp.Multiply(rise, run, out Fp slope);
        Fp.Square(slope, out Fp x);
        Fp.Subtract(x, a.X, out x);
        Fp.Subtract(x, b.X, out x);
        Fp.Subtract(a.X, x, out Fp y);
        Fp.Multiply(slope, y, out y);
        Fp.Subtract(y, a.Y, out sum.Y);
        sum.X = x;
    }

    private readonly bool IsOnCurve()
    {
        Fp.Square(X, out Fp cube);
        Fp.Multiply(cube, X, out cube);
        Fp.Add(cube, Three, out cube);
        Fp.Square(Y, out Fp square);
        return square == cube;
    }
}
