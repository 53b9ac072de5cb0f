using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>The frame of discv4 packets: hash:32 ‖ signature:65 ‖ type:1 ‖ data, where the hash is of everything behind it and the signature of type and data.</summary>
internal static class PacketCodec
{
    /// <summary>Longest packet in bytes; longer ones are dropped unread.</summary>
    public const int MaxBytes = 1280;

    private const int HeaderBytes = Hash256.Size + CompactSignature.Size;

    /// <param name="hash">Of the packet; answers name it.</param>
    public static byte[] Encode(DiscoveryPacket packet, PrivateKey key, out Hash256 hash)
    {
        RlpWriter data = new();
        PacketData.Write(data, packet);
        byte[] bytes = new byte[HeaderBytes + 1 + data.Length];
        bytes[HeaderBytes] = (byte)packet.Type;
        data.WrittenSpan.CopyTo(bytes.AsSpan(HeaderBytes + 1));
        TxSignature signature = Secp256k1.Default.Sign(Keccak256.Hash(bytes.AsSpan(HeaderBytes)), key.Bytes);
        CompactSignature.Write(signature, bytes.AsSpan(Hash256.Size, CompactSignature.Size));
        hash = Keccak256.Hash(bytes.AsSpan(Hash256.Size));
        hash.Bytes.CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads a datagram from anybody. False when it is too short or too long, its hash is wrong, nobody can have signed it, or its data is not
    /// what its type says. More fields, and bytes behind the list, are for later versions (EIP-8).</summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out SignedPacket? packet)
    {
        packet = null;
        if (datagram.Length is <= HeaderBytes + 1 or > MaxBytes) return false;
        Hash256 hash = Keccak256.Hash(datagram[Hash256.Size..]);
        if (!hash.Bytes.SequenceEqual(datagram[..Hash256.Size])) return false;

        // What it says is read before who says it: reading is cheap.
        ReadOnlySpan<byte> content = datagram[HeaderBytes..];
        if (!PacketData.TryRead((PacketType)content[0], content[1..], out DiscoveryPacket? read)) return false;
        ReadOnlySpan<byte> signature = datagram.Slice(Hash256.Size, CompactSignature.Size);
        Span<byte> sender = stackalloc byte[PublicKey.Size];
        bool signed = Secp256k1.Default.TryRecover(
            Keccak256.Hash(content), UInt256.FromBigEndian(signature[..32]), UInt256.FromBigEndian(signature[32..64]), signature[64], sender);
        if (signed) packet = new SignedPacket(hash, new PublicKey(sender), read);
        return signed;
    }
}

/// <summary>A packet and who signed it.</summary>
internal sealed record SignedPacket(Hash256 Hash, PublicKey Sender, DiscoveryPacket Packet)
{
    /// <summary>keccak256 of the sender's key.</summary>
    public Hash256 SenderId { get; } = Keccak256.Hash(Sender.Bytes);
}
