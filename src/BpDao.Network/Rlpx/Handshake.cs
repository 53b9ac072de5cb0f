using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network.Rlpx;

/// <summary>What one side brings to one handshake: a one-time key and a nonce of 32 bytes.</summary>
internal sealed class HandshakeKeys(PrivateKey oneTime, byte[] nonce) : IDisposable
{
    public PrivateKey OneTime => oneTime;

    public byte[] Nonce => nonce;

    public static HandshakeKeys Generate() => new(PrivateKey.Generate(), RandomNumberGenerator.GetBytes(HandshakeMessage.NonceSize));

    public void Dispose() => oneTime.Dispose();
}

/// <summary>The key exchange of RLPx, both sides; no input or output of its own.</summary>
internal static class Handshake
{
    /// <summary>The initiator's first packet.</summary>
    /// <returns>Null when the other node's key is not a point of the curve.</returns>
    public static byte[]? Auth(PrivateKey nodeKey, PublicKey remote, HandshakeKeys keys)
    {
        Span<byte> toSign = stackalloc byte[32];
        if (!TryMixSecret(nodeKey, remote, keys.Nonce, toSign)) return null;
        TxSignature signature = Secp256k1.Default.Sign(new Hash256(toSign), keys.OneTime.Bytes);
        AuthMessage auth = new(CompactSignature.ToArray(signature), nodeKey.PublicKey, keys.Nonce);
        return HandshakePacket.Seal(remote, auth.Encode());
    }

    /// <summary>The recipient's side: reads an auth packet, whole, and answers in its form.</summary>
    /// <param name="isOld">The packet has the form before EIP-8.</param>
    /// <returns>False when the packet was not encrypted for this node, is malformed or is signed wrongly.</returns>
    public static bool TryAnswer(PrivateKey nodeKey, ReadOnlySpan<byte> packet, bool isOld, HandshakeKeys keys, [NotNullWhen(true)] out HandshakeAnswer? answer)
    {
        answer = null;
        Span<byte> signed = stackalloc byte[32], secret = stackalloc byte[32], oneTimeKey = stackalloc byte[PublicKey.Size];
        if (!TryReadAuth(nodeKey, packet, isOld, out AuthMessage? auth)) return false;
        if (!TryMixSecret(nodeKey, auth.PublicKey, auth.Nonce, signed)) return false;
        ReadOnlySpan<byte> r = auth.Signature.AsSpan(0, 32), s = auth.Signature.AsSpan(32, 32);
        if (!Secp256k1.Default.TryRecover(new Hash256(signed), UInt256.FromBigEndian(r), UInt256.FromBigEndian(s), auth.Signature[64], oneTimeKey)) return false;
        if (!Secp256k1.Default.TryEcdh(keys.OneTime.Bytes, oneTimeKey, secret)) return false;

        AckMessage ack = new(keys.OneTime.PublicKey, keys.Nonce);
        byte[]? reply = isOld ? HandshakePacket.SealOld(auth.PublicKey, ack.EncodeOld()) : HandshakePacket.Seal(auth.PublicKey, ack.Encode());
        if (reply is null) return false;
        answer = new HandshakeAnswer(auth.PublicKey, reply, SessionSecrets.Derive(isInitiator: false, secret, auth.Nonce, keys.Nonce, packet, reply));
        CryptographicOperations.ZeroMemory(secret);
        return true;
    }

    /// <summary>The initiator's end: reads the answer, whole.</summary>
    /// <param name="auth">The packet that <see cref="Auth"/> gave.</param>
    /// <param name="isOld">The answer has the form before EIP-8.</param>
    /// <returns>False when the answer was not encrypted for this node or is malformed.</returns>
    public static bool TryFinish(PrivateKey nodeKey, HandshakeKeys keys, ReadOnlySpan<byte> auth, ReadOnlySpan<byte> packet, bool isOld, [NotNullWhen(true)] out SessionSecrets? secrets)
    {
        secrets = null;
        Span<byte> secret = stackalloc byte[32];
        if (!TryReadAck(nodeKey, packet, isOld, out AckMessage? ack)) return false;
        if (!Secp256k1.Default.TryEcdh(keys.OneTime.Bytes, ack.OneTimeKey.Bytes, secret)) return false;
        secrets = SessionSecrets.Derive(isInitiator: true, secret, keys.Nonce, ack.Nonce, auth, packet);
        CryptographicOperations.ZeroMemory(secret);
        return true;
    }

    internal static bool TryReadAuth(PrivateKey nodeKey, ReadOnlySpan<byte> packet, bool isOld, [NotNullWhen(true)] out AuthMessage? auth)
    {
        auth = null;
        if (!isOld) return HandshakePacket.TryOpen(nodeKey, packet, out byte[]? body) && AuthMessage.TryRead(body, out auth);
        if (!Ecies.TryDecrypt(nodeKey, packet, [], out byte[]? old) || old.Length != AuthMessage.OldSize) return false;
        auth = AuthMessage.ReadOld(old);
        return true;
    }

    internal static bool TryReadAck(PrivateKey nodeKey, ReadOnlySpan<byte> packet, bool isOld, [NotNullWhen(true)] out AckMessage? ack)
    {
        ack = null;
        if (!isOld) return HandshakePacket.TryOpen(nodeKey, packet, out byte[]? body) && AckMessage.TryRead(body, out ack);
        if (!Ecies.TryDecrypt(nodeKey, packet, [], out byte[]? old) || old.Length != AckMessage.OldSize) return false;
        ack = AckMessage.ReadOld(old);
        return true;
    }

    /// <summary>(shared secret of the static keys) xor nonce.</summary>
    private static bool TryMixSecret(PrivateKey nodeKey, PublicKey remote, ReadOnlySpan<byte> nonce, Span<byte> mixed)
    {
        if (!Secp256k1.Default.TryEcdh(nodeKey.Bytes, remote.Bytes, mixed)) return false;
        for (int i = 0; i < mixed.Length; i++) mixed[i] ^= nonce[i];
        return true;
    }
}

/// <summary>The recipient's answer to an auth packet.</summary>
/// <param name="Remote">The key that the initiator has proved to have.</param>
/// <param name="Ack">The packet to send.</param>
internal sealed record HandshakeAnswer(PublicKey Remote, byte[] Ack, SessionSecrets Secrets);
