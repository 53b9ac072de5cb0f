using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>The curve of Ethereum's keys. Implementations are thread-safe and give the same answers byte for byte.</summary>
/// <remarks>Public keys are 64 bytes, x ‖ y big-endian, without the 0x04 prefix; private keys are 32 bytes big-endian.</remarks>
public interface ISecp256k1
{
    /// <summary>The library that does the work.</summary>
    string Name { get; }

    /// <summary>The name and where the library was found, for the log.</summary>
    string Description { get; }

    /// <summary>The key that signed <paramref name="digest"/>. Accepts high s, as ECRECOVER does.</summary>
    /// <param name="recoveryId">Bit 0: y of the nonce point is odd; bit 1: its x was not below the group order.</param>
    /// <param name="publicKey">64 bytes, written only on success.</param>
    /// <returns>False when r or s is not in [1, n), the id is above 3, or no such point exists.</returns>
    bool TryRecover(in Hash256 digest, in UInt256 r, in UInt256 s, byte recoveryId, Span<byte> publicKey);

    /// <summary>Signs with the nonce of RFC 6979 (HMAC-SHA-256, no extra entropy) and low s.</summary>
    /// <exception cref="ArgumentException">The private key is not in [1, n).</exception>
    TxSignature Sign(in Hash256 digest, ReadOnlySpan<byte> privateKey);

    /// <summary>The public key (64 bytes) of a private one; false when that is not in [1, n).</summary>
    bool TryGetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey);

    /// <summary>The x coordinate (32 bytes, not hashed) of the product: the shared secret of ECIES (RLPx).</summary>
    /// <returns>False when the private key is not in [1, n) or the public key is not on the curve.</returns>
    bool TryEcdh(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> sharedX);
}
