using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using BpDao.Crypto;

namespace BpDao.Network.Rlpx;

/// <summary>ECIES as RLPx uses it (devp2p, rlpx.md): secp256k1, concatenation KDF over SHA-256, AES-128-CTR, HMAC-SHA-256.</summary>
/// <remarks>A ciphertext is <c>0x04 ‖ R:64 ‖ iv:16 ‖ c ‖ d:32</c>, big-endian points; R is the sender's one-time key.</remarks>
internal static class Ecies
{
    /// <summary>Bytes that a ciphertext is longer than its message.</summary>
    public const int Overhead = PointSize + IvSize + TagSize;

    private const int PointSize = 1 + PublicKey.Size;
    private const int IvSize = 16;
    private const int TagSize = 32;
    private const byte Uncompressed = 0x04;

    /// <param name="authenticated">Covered by the tag, but not part of the ciphertext.</param>
    /// <param name="destination">Exactly <see cref="Overhead"/> bytes longer than the message.</param>
    /// <returns>False when the recipient's key is not a point of the curve.</returns>
    public static bool TryEncrypt(PublicKey recipient, ReadOnlySpan<byte> message, ReadOnlySpan<byte> authenticated, Span<byte> destination)
    {
        using PrivateKey oneTime = PrivateKey.Generate();
        Span<byte> keys = stackalloc byte[32];
        if (!TryDerive(oneTime, recipient.Bytes, keys)) return false;

        destination[0] = Uncompressed;
        oneTime.PublicKey.Bytes.CopyTo(destination[1..]);
        Span<byte> iv = destination.Slice(PointSize, IvSize), cipher = destination.Slice(PointSize + IvSize, message.Length);
        RandomNumberGenerator.Fill(iv);
        message.CopyTo(cipher);
        using (AesCtr aes = new(keys[..16], iv)) aes.Transform(cipher);
        Tag(keys[16..], destination[PointSize..^TagSize], authenticated, destination[^TagSize..]);
        CryptographicOperations.ZeroMemory(keys);
        return true;
    }

    /// <returns>False when the ciphertext is too short, its point is not on the curve or its tag is wrong; nothing is decrypted then.</returns>
    public static bool TryDecrypt(PrivateKey key, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> authenticated, [NotNullWhen(true)] out byte[]? message)
    {
        message = null;
        Span<byte> keys = stackalloc byte[32];
        if (ciphertext.Length < Overhead || ciphertext[0] != Uncompressed || !TryDerive(key, ciphertext[1..PointSize], keys)) return false;

        Span<byte> tag = stackalloc byte[TagSize];
        Tag(keys[16..], ciphertext[PointSize..^TagSize], authenticated, tag);
        bool ok = CryptographicOperations.FixedTimeEquals(tag, ciphertext[^TagSize..]);
        if (ok)
        {
            message = ciphertext[(PointSize + IvSize)..^TagSize].ToArray();
            using AesCtr aes = new(keys[..16], ciphertext.Slice(PointSize, IvSize));
            aes.Transform(message);
        }

        CryptographicOperations.ZeroMemory(keys);
        return ok;
    }

    /// <summary>kE:16 ‖ kM:16 (NIST SP 800-56A, one round: a counter of one, then the shared x).</summary>
    private static bool TryDerive(PrivateKey key, ReadOnlySpan<byte> publicKey, Span<byte> keys)
    {
        Span<byte> input = stackalloc byte[4 + 32];
        input[..4].Clear();
        input[3] = 1;
        bool ok = Secp256k1.Default.TryEcdh(key.Bytes, publicKey, input[4..]);
        if (ok) SHA256.HashData(input, keys);
        CryptographicOperations.ZeroMemory(input);
        return ok;
    }

    private static void Tag(ReadOnlySpan<byte> macKey, ReadOnlySpan<byte> ivAndCipher, ReadOnlySpan<byte> authenticated, Span<byte> tag)
    {
        Span<byte> key = stackalloc byte[32];
        SHA256.HashData(macKey, key);
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(ivAndCipher);
        hmac.AppendData(authenticated);
        hmac.GetHashAndReset(tag);
        CryptographicOperations.ZeroMemory(key);
    }
}
