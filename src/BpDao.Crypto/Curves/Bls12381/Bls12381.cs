using System.Buffers;

namespace BpDao.Crypto;

/// <summary>The curve BLS12-381 by blst. Points and field elements are encoded as EIP-2537 says: 64 bytes big-endian for an element of Fp, two of
/// them for Fp2 (c0 ‖ c1), x ‖ y for a point, all zero for infinity. There is no managed implementation: see <see cref="IsAvailable"/>.</summary>
/// <remarks>Thread-safe. Without the library every operation throws <see cref="DllNotFoundException"/>.</remarks>
public static unsafe class Bls12381
{
    private const int Fp12Limbs = 12 * Bls12381Field.Limbs;

    /// <summary>Whether the library was found: beside the program, or where <c>BPDAO_BLST_PATH</c> says, or in the system.</summary>
    public static bool IsAvailable => Blst.IsAvailable;

    /// <summary>The library and where it was found, or why there is none, for the log.</summary>
    public static string Description => Blst.Description;

    /// <summary>The sum of two points of G1's curve, in the subgroup or not.</summary>
    /// <param name="pair">256 bytes.</param>
    /// <param name="sum">128 bytes, written only on success.</param>
    /// <returns>False when the length is another or a point is not on the curve.</returns>
    public static bool TryAddG1(ReadOnlySpan<byte> pair, Span<byte> sum) => Bls12381Points<Bls12381G1>.TryAdd(pair, sum);

    /// <summary>The sum of two points of G2's curve, in the subgroup or not.</summary>
    /// <param name="pair">512 bytes.</param>
    /// <param name="sum">256 bytes, written only on success.</param>
    /// <returns>False when the length is another or a point is not on the curve.</returns>
    public static bool TryAddG2(ReadOnlySpan<byte> pair, Span<byte> sum) => Bls12381Points<Bls12381G2>.TryAdd(pair, sum);

    /// <summary>The sum of points of G1 times scalars.</summary>
    /// <param name="pairs">At least one point (128 bytes) and scalar (32 bytes, big-endian, of any size).</param>
    /// <param name="sum">128 bytes, written only on success.</param>
    /// <returns>False when the length does not fit or a point is not in the subgroup.</returns>
    public static bool TryMultiplySumG1(ReadOnlySpan<byte> pairs, Span<byte> sum) => Bls12381Points<Bls12381G1>.TryMultiplySum(pairs, sum);

    /// <summary>The sum of points of G2 times scalars.</summary>
    /// <param name="pairs">At least one point (256 bytes) and scalar (32 bytes, big-endian, of any size).</param>
    /// <param name="sum">256 bytes, written only on success.</param>
    /// <returns>False when the length does not fit or a point is not in the subgroup.</returns>
    public static bool TryMultiplySumG2(ReadOnlySpan<byte> pairs, Span<byte> sum) => Bls12381Points<Bls12381G2>.TryMultiplySum(pairs, sum);

    /// <summary>The point of G1 that a field element maps to (RFC 9380 §6.6.3, cofactor cleared).</summary>
    /// <param name="element">64 bytes.</param>
    /// <param name="point">128 bytes, written only on success.</param>
    /// <returns>False for what is no element of Fp.</returns>
    public static bool TryMapG1(ReadOnlySpan<byte> element, Span<byte> point) => Bls12381Points<Bls12381G1>.TryMap(element, point);

    /// <summary>The point of G2 that a field element maps to (RFC 9380 §6.6.3, cofactor cleared).</summary>
    /// <param name="element">128 bytes.</param>
    /// <param name="point">256 bytes, written only on success.</param>
    /// <returns>False for what is no element of Fp2.</returns>
    public static bool TryMapG2(ReadOnlySpan<byte> element, Span<byte> point) => Bls12381Points<Bls12381G2>.TryMap(element, point);

    /// <summary>Whether the product of pairings is one.</summary>
    /// <param name="pairs">At least one point of G1 (128 bytes) and of G2 (256 bytes).</param>
    /// <returns>False when the length does not fit or a point is not in its subgroup.</returns>
    public static bool TryCheckPairing(ReadOnlySpan<byte> pairs, out bool isOne)
    {
        isOne = false;
        int g1Size = Bls12381Points<Bls12381G1>.PointSize, pairSize = g1Size + Bls12381Points<Bls12381G2>.PointSize;
        if (pairs.IsEmpty || pairs.Length % pairSize != 0) return false;
        int g1Limbs = Bls12381Points<Bls12381G1>.AffineLimbs, g2Limbs = Bls12381Points<Bls12381G2>.AffineLimbs;
        int count = pairs.Length / pairSize, terms = 0;
        ulong[] rented = ArrayPool<ulong>.Shared.Rent(count * (g1Limbs + g2Limbs));
        try
        {
            fixed (ulong* g1 = rented)
            {
                ulong* g2 = g1 + (count * g1Limbs);
                for (; !pairs.IsEmpty; pairs = pairs[pairSize..])
                {
                    ulong* p = g1 + (terms * g1Limbs), q = g2 + (terms * g2Limbs);
                    if (!Bls12381Points<Bls12381G1>.TryDecodeInSubgroup(pairs[..g1Size], p)
                        || !Bls12381Points<Bls12381G2>.TryDecodeInSubgroup(pairs[g1Size..pairSize], q))
                    {
                        return false;
                    }

                    // A pairing with infinity is one; blst's loop over many pairs does not expect it.
                    if (!Bls12381Points<Bls12381G1>.IsInfinity(p) && !Bls12381Points<Bls12381G2>.IsInfinity(q)) terms++;
                }

                isOne = terms == 0 || IsOne(g1, g2, terms);
                return true;
            }
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(rented);
        }
    }

    private static bool IsOne(ulong* g1, ulong* g2, int pairs)
    {
        ulong* product = stackalloc ulong[Fp12Limbs];
        ulong** ps = stackalloc ulong*[] { g1, null }, qs = stackalloc ulong*[] { g2, null };
        Blst.blst_miller_loop_n(product, qs, ps, (nuint)pairs);
        Blst.blst_final_exp(product, product);
        return Blst.blst_fp12_is_one(product) != 0;
    }
}
