using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network.Rlpx;

/// <summary>What the initiator says first.</summary>
/// <param name="Signature">65 bytes, r ‖ s ‖ recovery id, by the one-time key over (shared secret of the static keys) xor nonce.</param>
/// <param name="Nonce">32 bytes.</param>
internal sealed record AuthMessage(byte[] Signature, PublicKey PublicKey, byte[] Nonce)
{
    /// <summary>Length of the form before EIP-8: signature ‖ keccak256(one-time key) ‖ key ‖ nonce ‖ 0.</summary>
    public const int OldSize = SignatureSize + Hash256.Size + PublicKey.Size + HandshakeMessage.NonceSize + 1;

    private const int SignatureSize = 65;

    public byte[] Encode() => new RlpWriter().StartList().Write(Signature).Write(PublicKey.Bytes).Write(Nonce).Write(HandshakeMessage.Version).EndList().ToArray();

    /// <summary>Reads <c>[signature, key, nonce, version, …]</c>; the version, more elements and what follows are ignored (EIP-8).</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AuthMessage? auth)
    {
        RlpReader reader = new(body);
        bool ok = reader.TryReadList(out RlpReader list)
            & list.TryReadBytes(out ReadOnlySpan<byte> signature) & list.TryReadBytes(out ReadOnlySpan<byte> key) & list.TryReadBytes(out ReadOnlySpan<byte> nonce)
            && signature.Length == SignatureSize && key.Length == PublicKey.Size && nonce.Length == HandshakeMessage.NonceSize;
        auth = ok ? new AuthMessage(signature.ToArray(), new PublicKey(key), nonce.ToArray()) : null;
        return ok;
    }

    /// <summary>Reads the form before EIP-8. Its hash of the one-time key is redundant: the signature gives that key.</summary>
    public static AuthMessage ReadOld(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> afterHash = body[(SignatureSize + Hash256.Size)..];
        return new AuthMessage(body[..SignatureSize].ToArray(), new PublicKey(afterHash[..PublicKey.Size]), afterHash.Slice(PublicKey.Size, HandshakeMessage.NonceSize).ToArray());
    }
}

/// <summary>What the recipient answers.</summary>
/// <param name="Nonce">32 bytes.</param>
internal sealed record AckMessage(PublicKey OneTimeKey, byte[] Nonce)
{
    /// <summary>Length of the form before EIP-8: one-time key ‖ nonce ‖ 0.</summary>
    public const int OldSize = PublicKey.Size + HandshakeMessage.NonceSize + 1;

    public byte[] Encode() => new RlpWriter().StartList().Write(OneTimeKey.Bytes).Write(Nonce).Write(HandshakeMessage.Version).EndList().ToArray();

    public byte[] EncodeOld() => [.. OneTimeKey.Bytes, .. Nonce, 0];

    /// <summary>Reads <c>[one-time key, nonce, version, …]</c>; the version, more elements and what follows are ignored (EIP-8).</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AckMessage? ack)
    {
        RlpReader reader = new(body);
        bool ok = reader.TryReadList(out RlpReader list) & list.TryReadBytes(out ReadOnlySpan<byte> key) & list.TryReadBytes(out ReadOnlySpan<byte> nonce)
            && key.Length == PublicKey.Size && nonce.Length == HandshakeMessage.NonceSize;
        ack = ok ? new AckMessage(new PublicKey(key), nonce.ToArray()) : null;
        return ok;
    }

    public static AckMessage ReadOld(ReadOnlySpan<byte> body) => new(new PublicKey(body[..PublicKey.Size]), body.Slice(PublicKey.Size, HandshakeMessage.NonceSize).ToArray());
}

/// <summary>What both messages have in common.</summary>
internal static class HandshakeMessage
{
    public const int NonceSize = 32;

    /// <summary>Of auth and ack; nobody may mind another one (EIP-8).</summary>
    public const ulong Version = 4;
}
