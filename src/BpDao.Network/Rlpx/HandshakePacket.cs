using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using BpDao.Crypto;

namespace BpDao.Network.Rlpx;

/// <summary>An encrypted auth or ack as it travels (EIP-8): <c>size:2 ‖ ECIES(message ‖ padding)</c>, the size big-endian and authenticated.</summary>
internal static class HandshakePacket
{
    /// <summary>Most bytes of one, with its size: nothing longer is read from a stranger.</summary>
    public const int MaxSize = 2048;

    /// <summary>Bytes of the size in front.</summary>
    public const int PrefixSize = 2;

    // Random, so that packets have no common length (EIP-8).
    private const int MinPadding = 100, MaxPadding = 300;

    /// <summary>The whole length, with its prefix, by the first two bytes; false when it is no possible one.</summary>
    public static bool TryGetSize(ReadOnlySpan<byte> prefix, out int size)
    {
        size = PrefixSize + BinaryPrimitives.ReadUInt16BigEndian(prefix);
        return size is > PrefixSize + Ecies.Overhead and <= MaxSize;
    }

    /// <returns>Null when the recipient's key is not a point of the curve.</returns>
    public static byte[]? Seal(PublicKey recipient, ReadOnlySpan<byte> message)
    {
        byte[] padded = new byte[message.Length + RandomNumberGenerator.GetInt32(MinPadding, MaxPadding + 1)];
        RandomNumberGenerator.Fill(padded.AsSpan(message.Length));
        message.CopyTo(padded);
        byte[] packet = new byte[PrefixSize + Ecies.Overhead + padded.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)(packet.Length - PrefixSize));
        return Ecies.TryEncrypt(recipient, padded, packet.AsSpan(0, PrefixSize), packet.AsSpan(PrefixSize)) ? packet : null;
    }

    public static bool TryOpen(PrivateKey key, ReadOnlySpan<byte> packet, [NotNullWhen(true)] out byte[]? message) =>
        Ecies.TryDecrypt(key, packet[PrefixSize..], packet[..PrefixSize], out message);

    /// <summary>The form before EIP-8: nothing in front, nothing behind.</summary>
    public static byte[]? SealOld(PublicKey recipient, ReadOnlySpan<byte> message)
    {
        byte[] packet = new byte[Ecies.Overhead + message.Length];
        return Ecies.TryEncrypt(recipient, message, [], packet) ? packet : null;
    }

    /// <summary>Whether a packet may have the form before EIP-8: its first byte is that of a point. A size of 1024 to 1279 begins so, too.</summary>
    public static bool MayBeOld(ReadOnlySpan<byte> prefix) => prefix[0] == 0x04;
}
