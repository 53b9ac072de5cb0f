using System.Runtime.CompilerServices;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>A point of the twist y² = x³ + 3/ξ over <see cref="Fp2"/>; (0, 0) is the point at infinity (EIP-197).</summary>
[SkipLocalsInit]
internal struct G2Point
{
    /// <summary>Length in bytes: x ‖ y.</summary>
    public const int Size = 128;

    /// <summary>3/ξ.</summary>
    public static readonly Fp2 B = MakeB();

    public Fp2 X, Y;

    public readonly bool IsInfinity => X.IsZero && Y.IsZero;

    /// <summary>False when a coordinate is not below p or the point is not on the twist. Whether it is in the group of order r is for
    /// <see cref="MillerLoop"/> to say.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out G2Point point)
    {
        bool valid = Fp2.TryRead(bytes, out point.X);
        return Fp2.TryRead(bytes[(2 * Fp.Size)..], out point.Y) && valid && (point.IsInfinity || point.IsOnCurve());
    }

    public static void Negate(in G2Point point, out G2Point negative)
    {
        negative.X = point.X;
        Fp2.Negate(point.Y, out negative.Y);
    }

    private readonly bool IsOnCurve()
    {
        Fp2.Square(X, out Fp2 cube);
        Fp2.Multiply(cube, X, out cube);
        Fp2.Add(cube, B, out cube);
        Fp2.Square(Y, out Fp2 square);
        return square == cube;
    }

    private static Fp2 MakeB()
    {
        Fp2.Invert(Fp2.Xi, out Fp2 b);
        Fp2.Multiply(b, Fp.From(3), out b);
        return b;
    }
}
