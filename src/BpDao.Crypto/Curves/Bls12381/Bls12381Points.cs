using System.Buffers;

namespace BpDao.Crypto;

/// <summary>The operations of EIP-2537 that are the same in both groups.</summary>
internal static unsafe class Bls12381Points<TGroup>
    where TGroup : struct, IBls12381Group
{
    private const int ScalarSize = 32;

    /// <summary>Enough for either group.</summary>
    private const int MaxCoordinateLimbs = 2 * Bls12381Field.Limbs;

    /// <summary>Bytes of an encoded coordinate.</summary>
    public static int ElementSize => TGroup.CoordinateLimbs / Bls12381Field.Limbs * Bls12381Field.EncodedSize;

    /// <summary>Bytes of an encoded point: x ‖ y, all zero at infinity.</summary>
    public static int PointSize => 2 * ElementSize;

    /// <summary>Limbs of an affine point.</summary>
    public static int AffineLimbs => 2 * TGroup.CoordinateLimbs;

    public static bool IsInfinity(ulong* affine) => !new ReadOnlySpan<ulong>(affine, AffineLimbs).ContainsAnyExcept(0ul);

    /// <summary>False for what is no point of the curve.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, ulong* affine) =>
        Bls12381Field.TryDecode(encoded, affine) && (IsInfinity(affine) || TGroup.IsOnCurve(affine));

    /// <summary>False for what is no point of the subgroup.</summary>
    public static bool TryDecodeInSubgroup(ReadOnlySpan<byte> encoded, ulong* affine) =>
        TryDecode(encoded, affine) && (IsInfinity(affine) || TGroup.IsInSubgroup(affine));

    public static bool TryAdd(ReadOnlySpan<byte> pair, Span<byte> sum)
    {
        ulong* left = stackalloc ulong[2 * MaxCoordinateLimbs], right = stackalloc ulong[2 * MaxCoordinateLimbs];
        if (pair.Length != 2 * PointSize || !TryDecode(pair[..PointSize], left) || !TryDecode(pair[PointSize..], right)) return false;
        ulong* point = stackalloc ulong[3 * MaxCoordinateLimbs];
        TGroup.FromAffine(point, left);
        TGroup.Add(point, point, right);
        Encode(point, sum);
        return true;
    }

    public static bool TryMultiplySum(ReadOnlySpan<byte> pairs, Span<byte> sum)
    {
        int pairSize = PointSize + ScalarSize;
        if (pairs.IsEmpty || pairs.Length % pairSize != 0) return false;
        int count = pairs.Length / pairSize, affineBytes = AffineLimbs * sizeof(ulong);
        byte[] rented = ArrayPool<byte>.Shared.Rent((count * (affineBytes + ScalarSize)) + (int)TGroup.ScratchBytes((nuint)count));
        try
        {
            fixed (byte* start = rented)
            {
                ulong* points = (ulong*)start;
                byte* scalars = start + (count * affineBytes);
                if (!TryReadPairs(pairs, points, scalars, out int terms)) return false;
                ulong* point = stackalloc ulong[3 * MaxCoordinateLimbs];
                MultiplySum(points, scalars, terms, (ulong*)(scalars + (count * ScalarSize)), point);
                Encode(point, sum);
                return true;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public static bool TryMap(ReadOnlySpan<byte> encoded, Span<byte> mapped)
    {
        ulong* element = stackalloc ulong[MaxCoordinateLimbs];
        if (encoded.Length != ElementSize || !Bls12381Field.TryDecode(encoded, element)) return false;
        ulong* point = stackalloc ulong[3 * MaxCoordinateLimbs];
        TGroup.Map(point, element);
        Encode(point, mapped);
        return true;
    }

    /// <summary>Reads points and scalars, and leaves out those whose product is infinity: blst's sums do not expect it.</summary>
    private static bool TryReadPairs(ReadOnlySpan<byte> pairs, ulong* points, byte* scalars, out int terms)
    {
        terms = 0;
        for (; !pairs.IsEmpty; pairs = pairs[(PointSize + ScalarSize)..])
        {
            ulong* affine = points + (terms * AffineLimbs);
            if (!TryDecodeInSubgroup(pairs[..PointSize], affine)) return false;
            ReadOnlySpan<byte> bigEndian = pairs.Slice(PointSize, ScalarSize);
            if (IsInfinity(affine) || !bigEndian.ContainsAnyExcept((byte)0)) continue;
            Span<byte> scalar = new(scalars + (terms * ScalarSize), ScalarSize);
            bigEndian.CopyTo(scalar);
            scalar.Reverse();
            terms++;
        }

        return true;
    }

    private static void MultiplySum(ulong* points, byte* scalars, int terms, ulong* scratch, ulong* sum)
    {
        switch (terms)
        {
            case 0:
                new Span<ulong>(sum, 3 * TGroup.CoordinateLimbs).Clear();
                break;
            case 1:
                TGroup.FromAffine(sum, points);
                TGroup.Multiply(sum, sum, scalars);
                break;
            default:
                // A null behind the first address says that the others follow in one row.
                ulong** affines = stackalloc ulong*[] { points, null };
                byte** factors = stackalloc byte*[] { scalars, null };
                TGroup.MultiplySum(sum, affines, (nuint)terms, factors, scratch);
                break;
        }
    }

    private static void Encode(ulong* point, Span<byte> encoded)
    {
        ulong* affine = stackalloc ulong[2 * MaxCoordinateLimbs];
        TGroup.ToAffine(affine, point);
        Bls12381Field.Encode(affine, encoded);
    }
}
