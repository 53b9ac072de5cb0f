using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>The 65-byte form of signatures in consensus messages and certificates: r:32 ‖ s:32 ‖ v:1, big-endian, v ∈ {0, 1}, low s
/// (protocol rule 2.5). There is exactly one encoding of a signature.</summary>
public static class CompactSignature
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 65;

    public static void Write(in TxSignature signature, Span<byte> destination)
    {
        signature.R.WriteBigEndian(destination[..32]);
        signature.S.WriteBigEndian(destination[32..64]);
        destination[64] = signature.YParity;
    }

    public static byte[] ToArray(in TxSignature signature)
    {
        byte[] bytes = new byte[Size];
        Write(signature, bytes);
        return bytes;
    }

    /// <summary>False for another length, v above 1, high s, or r or s out of range; then nobody can have signed it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TxSignature signature)
    {
        signature = default;
        if (bytes.Length != Size) return false;
        TxSignature read = new(bytes[64], UInt256.FromBigEndian(bytes[..32]), UInt256.FromBigEndian(bytes[32..64]));
        if (!IsStrict(read)) return false;
        signature = read;
        return true;
    }

    /// <summary>v ∈ {0, 1}, r ∈ [1, n), s ∈ [1, n/2].</summary>
    public static bool IsStrict(in TxSignature signature) =>
        signature.YParity <= 1 && Secp256k1.IsScalar(signature.R) && !signature.S.IsZero && signature.S <= Secp256k1.HalfOrder;
}
