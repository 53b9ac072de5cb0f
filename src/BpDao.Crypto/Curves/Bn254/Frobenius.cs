using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>The p-th power in <see cref="Fp12"/>, and what it is on the twist.</summary>
[SkipLocalsInit]
internal static class Frobenius
{
    /// <summary>w^(k·(p−1)) = ξ^(k·(p−1)/6) for k from 0 to 5.</summary>
    private static readonly Fp2[] Twists = MakeTwists();

    /// <summary>a^p: the coefficients of a over the powers of w conjugated, and each power's own p-th power.</summary>
    public static void Apply(in Fp12 a, out Fp12 power)
    {
        Fp2.Conjugate(a.C0.C0, out power.C0.C0);
        Twist(a.C0.C1, 2, out power.C0.C1);
        Twist(a.C0.C2, 4, out power.C0.C2);
        Twist(a.C1.C0, 1, out power.C1.C0);
        Twist(a.C1.C1, 3, out power.C1.C1);
        Twist(a.C1.C2, 5, out power.C1.C2);
    }

    /// <summary>(x^p, y^p) of a point's image on the curve over <see cref="Fp12"/>, brought back to the twist, which is by (w², w³).</summary>
    public static void Apply(in G2Point point, out G2Point image)
    {
        Twist(point.X, 2, out image.X);
        Twist(point.Y, 3, out image.Y);
    }

    private static void Twist(in Fp2 coefficient, int k, out Fp2 product)
    {
        Fp2.Conjugate(coefficient, out product);
        Fp2.Multiply(product, Twists[k], out product);
    }

    private static Fp2[] MakeTwists()
    {
        Fp2[] twists = new Fp2[6];
        twists[0] = Fp2.One;
        Fp2.Power(Fp2.Xi, (Fp.Modulus - 1) / 6, out Fp2 root);
        for (int k = 1; k < twists.Length; k++) Fp2.Multiply(twists[k - 1], root, out twists[k]);
        return twists;
    }
}
