using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.Network.Rlpx;

/// <summary>The keys of a session and the two running MACs, as both ends derive them from the handshake (rlpx.md).</summary>
internal sealed class SessionSecrets
{
    private SessionSecrets(byte[] aes, byte[] mac, KeccakHasher egress, KeccakHasher ingress) =>
        (Aes, Mac, EgressMac, IngressMac) = (aes, mac, egress, ingress);

    /// <summary>32 bytes, for AES-256-CTR in both directions.</summary>
    public byte[] Aes { get; }

    /// <summary>32 bytes, for the AES inside the MACs.</summary>
    public byte[] Mac { get; }

    public KeccakHasher EgressMac { get; }

    public KeccakHasher IngressMac { get; }

    /// <param name="oneTimeSecret">x of the product of the two one-time keys.</param>
    /// <param name="auth">The whole packet as it travelled.</param>
    /// <param name="ack">The whole packet as it travelled.</param>
    public static SessionSecrets Derive(
        bool isInitiator, ReadOnlySpan<byte> oneTimeSecret, ReadOnlySpan<byte> initiatorNonce, ReadOnlySpan<byte> recipientNonce, ReadOnlySpan<byte> auth, ReadOnlySpan<byte> ack)
    {
        Span<byte> nonces = stackalloc byte[32], shared = stackalloc byte[32];
        Hash(recipientNonce, initiatorNonce, nonces);
        Hash(oneTimeSecret, nonces, shared);
        byte[] aes = new byte[32], mac = new byte[32];
        Hash(oneTimeSecret, shared, aes);
        Hash(oneTimeSecret, aes, mac);
        CryptographicOperations.ZeroMemory(shared);

        KeccakHasher toRecipient = StartMac(mac, recipientNonce, auth), toInitiator = StartMac(mac, initiatorNonce, ack);
        return isInitiator ? new SessionSecrets(aes, mac, toRecipient, toInitiator) : new SessionSecrets(aes, mac, toInitiator, toRecipient);
    }

    private static void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output)
    {
        KeccakHasher hasher = default;
        hasher.Update(first);
        hasher.Update(second);
        hasher.Digest(output);
    }

    private static KeccakHasher StartMac(ReadOnlySpan<byte> mac, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> packet)
    {
        Span<byte> key = stackalloc byte[32];
        for (int i = 0; i < key.Length; i++) key[i] = (byte)(mac[i] ^ nonce[i]);
        KeccakHasher hasher = default;
        hasher.Update(key);
        hasher.Update(packet);
        CryptographicOperations.ZeroMemory(key);
        return hasher;
    }
}
