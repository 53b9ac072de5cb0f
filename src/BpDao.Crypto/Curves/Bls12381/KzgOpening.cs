namespace BpDao.Crypto;

/// <summary>Openings of KZG commitments over BLS12-381 (EIP-4844, <c>verify_kzg_proof</c> of the consensus specification).</summary>
/// <remarks>Thread-safe. Needs the library of <see cref="Bls12381"/>.</remarks>
public static unsafe class KzgOpening
{
    /// <summary>Bytes of a commitment or proof: a compressed point of G1.</summary>
    public const int PointSize = 48;

    private const int FieldElementSize = 32, LineLimbs = 68 * 36, Fp12Limbs = 72;

    /// <summary>The lines of Miller's loop for the two points of G2 that every opening is checked with.</summary>
    private static readonly ulong[] GeneratorLines = GC.AllocateUninitializedArray<ulong>(LineLimbs, pinned: true);
    private static readonly ulong[] SecretLines = GC.AllocateUninitializedArray<ulong>(LineLimbs, pinned: true);

    static KzgOpening()
    {
        ulong* secret = stackalloc ulong[4 * Bls12381Field.Limbs];
        fixed (byte* compressed = SecretInG2)
        {
            if (Blst.blst_p2_uncompress(secret, compressed) != 0) throw new InvalidOperationException("The setup's point is not on the curve.");
        }

        fixed (ulong* generator = GeneratorLines, ofSecret = SecretLines)
        {
            Blst.blst_precompute_lines(generator, Blst.blst_p2_affine_generator());
            Blst.blst_precompute_lines(ofSecret, secret);
        }
    }

    /// <summary>The order of the groups, big-endian: field elements are below it.</summary>
    public static ReadOnlySpan<byte> Modulus =>
    [
        0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
        0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
    ];

    /// <summary>[τ]G2, compressed: the second of <c>g2_monomial</c> in Ethereum's trusted setup. No other of its points is needed here.</summary>
    private static ReadOnlySpan<byte> SecretInG2 =>
    [
        0xb5, 0xbf, 0xd7, 0xdd, 0x8c, 0xde, 0xb1, 0x28, 0x84, 0x3b, 0xc2, 0x87, 0x23, 0x0a, 0xf3, 0x89, 0x26, 0x18, 0x70, 0x75, 0xcb, 0xfb, 0xef, 0xa8,
        0x10, 0x09, 0xa2, 0xce, 0x61, 0x5a, 0xc5, 0x3d, 0x29, 0x14, 0xe5, 0x87, 0x0c, 0xb4, 0x52, 0xd2, 0xaf, 0xaa, 0xab, 0x24, 0xf3, 0x49, 0x9f, 0x72,
        0x18, 0x5c, 0xbf, 0xee, 0x53, 0x49, 0x27, 0x14, 0x73, 0x44, 0x29, 0xb7, 0xb3, 0x86, 0x08, 0xe2, 0x39, 0x26, 0xc9, 0x11, 0xcc, 0xec, 0xea, 0xc9,
        0xa3, 0x68, 0x51, 0x47, 0x7b, 0xa4, 0xc6, 0x0b, 0x08, 0x70, 0x41, 0xde, 0x62, 0x10, 0x00, 0xed, 0xc9, 0x8e, 0xda, 0xda, 0x20, 0xc1, 0xde, 0xf2,
    ];

    /// <summary>Whether the polynomial behind the commitment is <paramref name="y"/> at <paramref name="z"/>.</summary>
    /// <param name="commitment">48 bytes.</param>
    /// <param name="z">32 bytes, big-endian.</param>
    /// <param name="y">32 bytes, big-endian.</param>
    /// <param name="proof">48 bytes.</param>
    /// <returns>False, too, for points that are not in the subgroup and numbers that are not below <see cref="Modulus"/>.</returns>
    public static bool Verify(ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> z, ReadOnlySpan<byte> y, ReadOnlySpan<byte> proof)
    {
        ulong* c = stackalloc ulong[2 * Bls12381Field.Limbs], pi = stackalloc ulong[2 * Bls12381Field.Limbs];
        byte* zScalar = stackalloc byte[FieldElementSize], yScalar = stackalloc byte[FieldElementSize];
        if (!TryReadScalar(z, zScalar) || !TryReadScalar(y, yScalar) || !TryReadPoint(commitment, c) || !TryReadPoint(proof, pi)) return false;

        // e(C − [y]G1, G2) = e(π, [τ − z]G2), with z moved to the other side: then both points of G2 are always the same.
        ulong* left = stackalloc ulong[3 * Bls12381Field.Limbs], term = stackalloc ulong[3 * Bls12381Field.Limbs];
        Blst.blst_p1_mult(left, Blst.blst_p1_generator(), yScalar, 256);
        Blst.blst_p1_cneg(left, 1);
        Blst.blst_p1_add_or_double_affine(left, left, c);
        Blst.blst_p1_from_affine(term, pi);
        Blst.blst_p1_mult(term, term, zScalar, 256);
        Blst.blst_p1_add_or_double(left, left, term);
        Blst.blst_p1_to_affine(c, left);

        ulong* ofLeft = stackalloc ulong[Fp12Limbs], ofProof = stackalloc ulong[Fp12Limbs];
        Pair(ofLeft, GeneratorLines, c);
        Pair(ofProof, SecretLines, pi);
        return Blst.blst_fp12_finalverify(ofLeft, ofProof) != 0;
    }

    private static void Pair(ulong* result, ulong[] lines, ulong* g1)
    {
        if (Bls12381Points<Bls12381G1>.IsInfinity(g1))
        {
            new ReadOnlySpan<ulong>(Blst.blst_fp12_one(), Fp12Limbs).CopyTo(new Span<ulong>(result, Fp12Limbs));
            return;
        }

        fixed (ulong* start = lines) Blst.blst_miller_loop_lines(result, start, g1);
    }

    private static bool TryReadPoint(ReadOnlySpan<byte> compressed, ulong* affine)
    {
        fixed (byte* bytes = compressed)
        {
            return compressed.Length == PointSize && Blst.blst_p1_uncompress(affine, bytes) == 0
                && (Bls12381Points<Bls12381G1>.IsInfinity(affine) || Blst.blst_p1_affine_in_g1(affine) != 0);
        }
    }

    private static bool TryReadScalar(ReadOnlySpan<byte> bigEndian, byte* scalar)
    {
        if (bigEndian.Length != FieldElementSize || bigEndian.SequenceCompareTo(Modulus) >= 0) return false;
        Span<byte> littleEndian = new(scalar, FieldElementSize);
        bigEndian.CopyTo(littleEndian);
        littleEndian.Reverse();
        return true;
    }
}
