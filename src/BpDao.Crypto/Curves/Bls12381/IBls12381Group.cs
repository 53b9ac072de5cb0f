namespace BpDao.Crypto;

/// <summary>What blst does in one of the curve's two groups. Points are rows of limbs, see <see cref="Blst"/>.</summary>
internal unsafe interface IBls12381Group
{
    /// <summary>Limbs of a coordinate.</summary>
    static abstract int CoordinateLimbs { get; }

    static abstract void FromAffine(ulong* point, ulong* affine);

    static abstract void ToAffine(ulong* affine, ulong* point);

    static abstract bool IsOnCurve(ulong* affine);

    /// <summary>Whether a point of the curve is in the subgroup of order r.</summary>
    static abstract bool IsInSubgroup(ulong* affine);

    static abstract void Add(ulong* sum, ulong* left, ulong* affine);

    /// <param name="scalar">32 bytes, little-endian.</param>
    static abstract void Multiply(ulong* product, ulong* point, byte* scalar);

    static abstract nuint ScratchBytes(nuint points);

    /// <summary>Pippenger's sum of products.</summary>
    static abstract void MultiplySum(ulong* sum, ulong** affines, nuint points, byte** scalars, ulong* scratch);

    static abstract void Map(ulong* point, ulong* element);
}

/// <summary>G1: coordinates in Fp.</summary>
internal readonly unsafe struct Bls12381G1 : IBls12381Group
{
    public static int CoordinateLimbs => Bls12381Field.Limbs;

    public static void FromAffine(ulong* point, ulong* affine) => Blst.blst_p1_from_affine(point, affine);

    public static void ToAffine(ulong* affine, ulong* point) => Blst.blst_p1_to_affine(affine, point);

    public static bool IsOnCurve(ulong* affine) => Blst.blst_p1_affine_on_curve(affine) != 0;

    public static bool IsInSubgroup(ulong* affine) => Blst.blst_p1_affine_in_g1(affine) != 0;

    public static void Add(ulong* sum, ulong* left, ulong* affine) => Blst.blst_p1_add_or_double_affine(sum, left, affine);

    public static void Multiply(ulong* product, ulong* point, byte* scalar) => Blst.blst_p1_mult(product, point, scalar, 256);

    public static nuint ScratchBytes(nuint points) => Blst.blst_p1s_mult_pippenger_scratch_sizeof(points);

    public static void MultiplySum(ulong* sum, ulong** affines, nuint points, byte** scalars, ulong* scratch) =>
        Blst.blst_p1s_mult_pippenger(sum, affines, points, scalars, 256, scratch);

    public static void Map(ulong* point, ulong* element) => Blst.blst_map_to_g1(point, element, null);
}

/// <summary>G2: coordinates in Fp2.</summary>
internal readonly unsafe struct Bls12381G2 : IBls12381Group
{
    public static int CoordinateLimbs => 2 * Bls12381Field.Limbs;

    public static void FromAffine(ulong* point, ulong* affine) => Blst.blst_p2_from_affine(point, affine);

    public static void ToAffine(ulong* affine, ulong* point) => Blst.blst_p2_to_affine(affine, point);

    public static bool IsOnCurve(ulong* affine) => Blst.blst_p2_affine_on_curve(affine) != 0;

    public static bool IsInSubgroup(ulong* affine) => Blst.blst_p2_affine_in_g2(affine) != 0;

    public static void Add(ulong* sum, ulong* left, ulong* affine) => Blst.blst_p2_add_or_double_affine(sum, left, affine);

    public static void Multiply(ulong* product, ulong* point, byte* scalar) => Blst.blst_p2_mult(product, point, scalar, 256);

    public static nuint ScratchBytes(nuint points) => Blst.blst_p2s_mult_pippenger_scratch_sizeof(points);

    public static void MultiplySum(ulong* sum, ulong** affines, nuint points, byte** scalars, ulong* scratch) =>
        Blst.blst_p2s_mult_pippenger(sum, affines, points, scalars, 256, scratch);

    public static void Map(ulong* point, ulong* element) => Blst.blst_map_to_g2(point, element, null);
}
