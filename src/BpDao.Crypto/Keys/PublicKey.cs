using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>A secp256k1 public key as Ethereum writes it: x ‖ y, 64 bytes big-endian, without prefix. Also a node's id (discv4).</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 64;

    private readonly byte[] _bytes;

    /// <summary>Copies exactly 64 bytes. Whether they are a point of the curve shows on first use.</summary>
    /// <exception cref="ArgumentException">The span is not 64 bytes long.</exception>
    public PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"A public key has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        _bytes = bytes.ToArray();
        Address = AddressOf(bytes);
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The last 20 bytes of keccak256 of the key.</summary>
    public Address Address { get; }

    /// <summary>The address of 64 key bytes (Yellow Paper appendix F).</summary>
    public static Address AddressOf(ReadOnlySpan<byte> publicKey)
    {
        Hash256 hash = Keccak256.Hash(publicKey);
        return new Address(hash.Bytes[12..]);
    }

    /// <summary>Reads 128 hex digits, with or without <c>0x</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PublicKey? key)
    {
        Span<byte> bytes = stackalloc byte[Size];
        key = Hex.TryDecode(text, bytes) ? new PublicKey(bytes) : null;
        return key is not null;
    }

    public bool Equals(PublicKey? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    // Points cannot be chosen freely, so eight bytes of x are enough.
    public override int GetHashCode() => BinaryPrimitives.ReadUInt64LittleEndian(_bytes).GetHashCode();

    public override string ToString() => Hex.Encode(_bytes);
}
