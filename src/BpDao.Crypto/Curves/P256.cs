using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>ECDSA verification over secp256r1 (EIP-7951, precompile 0x0100).</summary>
public static class P256
{
    /// <summary>Length of the precompile's input: hash ‖ r ‖ s ‖ x ‖ y, 32 bytes each, big-endian.</summary>
    public const int InputSize = 160;

    private static readonly UInt256 N = UInt256.Parse("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly UInt256 P = UInt256.Parse("0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly UInt256 A = P - 3;
    private static readonly UInt256 B = UInt256.Parse("0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    /// <summary>False for another length, numbers out of range, a point that is not on the curve, or a signature that does not fit.</summary>
    public static bool Verify(ReadOnlySpan<byte> input)
    {
        if (input.Length != InputSize) return false;
        UInt256 r = UInt256.FromBigEndian(input[32..64]), s = UInt256.FromBigEndian(input[64..96]);
        UInt256 x = UInt256.FromBigEndian(input[96..128]), y = UInt256.FromBigEndian(input[128..160]);
        if (r.IsZero || s.IsZero || r >= N || s >= N || !IsOnCurve(x, y)) return false;

        ECParameters parameters = new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = input[96..128].ToArray(), Y = input[128..160].ToArray() },
        };
        using ECDsa key = ECDsa.Create(parameters);
        return key.VerifyHash(input[..32], input[32..96], DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    // Asked here because the platform would answer with an exception; y² = x³ − 3x + b has no solution (0, 0), so infinity is refused too.
    private static bool IsOnCurve(in UInt256 x, in UInt256 y)
    {
        if (x >= P || y >= P) return false;
        UInt256 slope = UInt256.AddMod(UInt256.MultiplyMod(x, x, P), A, P);
        return UInt256.MultiplyMod(y, y, P) == UInt256.AddMod(UInt256.MultiplyMod(slope, x, P), B, P);
    }
}
