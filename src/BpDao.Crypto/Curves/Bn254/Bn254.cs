using System.Runtime.CompilerServices;
using BpDao.Core;
using BpDao.Crypto.Curves.Bn254;

namespace BpDao.Crypto;

/// <summary>The curve BN254 (alt_bn128) as its precompiled contracts use it (EIP-196, EIP-197). Numbers are 32 bytes, big-endian;
/// (0, 0) is the point at infinity. Not constant in time: nothing here is secret.</summary>
public static class Bn254
{
    /// <summary>Length of a point of the first group: x ‖ y.</summary>
    public const int PointSize = G1Point.Size;

    /// <summary>Length of a pair: a point of the first group, then one of the second, whose coordinates c0 + c1·i are written c1 ‖ c0.</summary>
    public const int PairSize = G1Point.Size + G2Point.Size;

    /// <summary>Pairs whose lines are multiplied into one value. They live on the stack.</summary>
    private const int PairsAtOnce = 16;

    /// <summary>Sum of two points of the first group.</summary>
    /// <param name="input">Two points.</param>
    /// <param name="sum">One point.</param>
    /// <returns>False when a coordinate is not below p or a point is not on the curve.</returns>
    public static bool TryAdd(ReadOnlySpan<byte> input, Span<byte> sum)
    {
        bool valid = G1Point.TryRead(input, out G1Point a);
        if (!G1Point.TryRead(input[PointSize..], out G1Point b) || !valid) return false;
        G1Point.Add(a, b, out a);
        a.Write(sum);
        return true;
    }

    /// <summary>Multiple of a point of the first group.</summary>
    /// <param name="input">A point and a scalar, which may be any number.</param>
    /// <param name="product">One point.</param>
    /// <returns>False when a coordinate is not below p or the point is not on the curve.</returns>
    public static bool TryMultiply(ReadOnlySpan<byte> input, Span<byte> product)
    {
        if (!G1Point.TryRead(input, out G1Point point)) return false;
        UInt256 scalar = UInt256.FromBigEndian(input.Slice(PointSize, UInt256.Size));
        G1Multiplication.Multiply(point, scalar, out point);
        point.Write(product);
        return true;
    }

    /// <summary>Whether the product of the pairings is one, as it is for no pairs.</summary>
    /// <param name="input">Any number of pairs.</param>
    /// <returns>False when the length is no multiple of <see cref="PairSize"/>, a coordinate is not below p, or a point is not in its group.</returns>
    [SkipLocalsInit]
    public static bool TryCheckPairing(ReadOnlySpan<byte> input, out bool isOne)
    {
        isOne = false;
        if (input.Length % PairSize != 0) return false;
        Fp12 product = Fp12.One;
        Span<MillerPair> pairs = stackalloc MillerPair[PairsAtOnce];
        int count = 0;
        for (; !input.IsEmpty; input = input[PairSize..])
        {
            if (!G1Point.TryRead(input, out G1Point p) || !G2Point.TryRead(input[PointSize..], out G2Point q)) return false;
            if (q.IsInfinity) continue; // the pairing is one
            pairs[count++] = new MillerPair(p, q);
            if (count < PairsAtOnce) continue;
            if (!MillerLoop.TryRun(pairs, ref product)) return false;
            count = 0;
        }

        if (count > 0 && !MillerLoop.TryRun(pairs[..count], ref product)) return false;
        FinalExponentiation.Apply(product, out product);
        isOne = product.IsOne;
        return true;
    }
}
