using System.Numerics;
using System.Runtime.CompilerServices;
using BpDao.Core;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>1/a by D. J. Bernstein and B.-Y. Yang, "Fast constant-time gcd computation and modular inversion" (2019), in variable time:
/// sixty-two division steps are worked out on the lowest limbs alone and then applied to the whole numbers at once.</summary>
internal static class FpInversion
{
    private const int StepsPerRound = 62;

    /// <summary>Enough for any input: 741 steps suffice for 256 bits (§11 of the paper), hence twelve rounds.</summary>
    private const int MaxRounds = 12;

    /// <summary>4^n: a round divides f and g by 2^62, but d and e by 2^64, which is what a whole limb is.</summary>
    private static readonly Fp[] RoundFactors = [.. Enumerable.Range(0, MaxRounds + 1).Select(n => Fp.From(UInt256.One << (2 * n)))];

    /// <summary>The inverse of a; zero for zero.</summary>
    public static void Invert(in Fp a, out Fp inverse)
    {
        // Invariant: d·a = f·c and e·a = g·c modulo p, where c starts as the number that makes d the answer when f is ±1.
        Signed256 f = new(Fp.Modulus), g = Fp.ToSigned(a), d = default, e = Fp.SignedEntrance;
        int eta = -1, round = 0;
        while (!g.IsZero)
        {
            eta = Transition.After(StepsPerRound, eta, f.L0, g.L0, out Transition t);
            Signed256 nextF = Signed256.CombineAndShift(f, t.U, g, t.V);
            g = Signed256.CombineAndShift(f, t.Q, g, t.R);
            f = nextF;
            Signed256 nextD = Fp.CombineAndDropLimb(d, t.U, e, t.V);
            e = Fp.CombineAndDropLimb(d, t.Q, e, t.R);
            d = nextD;
            round++;
        }

        Fp.Multiply(Fp.FromSigned(f.IsNegative ? Signed256.Negate(d) : d), RoundFactors[round], out inverse);
    }

    /// <summary>What a round of steps does to (f, g): f becomes (u·f + v·g) / 2^62, g becomes (q·f + r·g) / 2^62.
    /// |u| + |v| and |q| + |r| are at most 2^62.</summary>
    private readonly struct Transition(ulong u, ulong v, ulong q, ulong r)
    {
        public readonly long U = (long)u, V = (long)v, Q = (long)q, R = (long)r;

        /// <param name="eta">Minus the δ of the paper; the new one is returned.</param>
        public static int After(int steps, int eta, ulong f, ulong g, out Transition transition)
        {
            ulong u = 1, v = 0, q = 0, r = 1;
            while (true)
            {
                int zeros = BitOperations.TrailingZeroCount(g | (ulong.MaxValue << steps));
                g >>= zeros;
                u <<= zeros;
                v <<= zeros;
                eta -= zeros;
                steps -= zeros;
                if (steps == 0) break;

                if (eta < 0)
                {
                    eta = -eta;
                    (f, g) = (g, 0 - f);
                    (u, q) = (q, 0 - u);
                    (v, r) = (r, 0 - v);
                }

                // While η lasts, f only gets added to g: as many bits as it may clear are cleared together, by the multiple w = −g/f.
                // f·(2 − f²) is 1/f modulo 2^6.
                int bits = Math.Min(Math.Min(eta + 1, steps), 6);
                ulong w = (g * f * ((f * f) - 2)) & ((1UL << bits) - 1);
                g += f * w;
                q += u * w;
                r += v * w;
            }

            transition = new Transition(u, v, q, r);
            return eta;
        }
    }
}
