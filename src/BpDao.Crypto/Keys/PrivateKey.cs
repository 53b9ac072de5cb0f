using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>A secp256k1 private key: 32 bytes that the collector does not copy, that are wiped on dispose, and that no text shows.</summary>
public sealed class PrivateKey : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private PublicKey? _publicKey;
    private bool _disposed;

    /// <summary>Copies 32 big-endian bytes; the caller wipes its own.</summary>
    /// <exception cref="ArgumentException">Another length, or not in [1, n).</exception>
    public PrivateKey(ReadOnlySpan<byte> bytes)
    {
        if (!IsValid(bytes)) throw new ArgumentException("A private key has 32 bytes and lies between 1 and the group order.", nameof(bytes));
        bytes.CopyTo(_bytes);
    }

    /// <summary>The bytes, big-endian, without a copy. Whoever copies them wipes the copy.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    public PublicKey PublicKey => _publicKey ??= Derive();

    public Address Address => PublicKey.Address;

    /// <summary>A new key from the system's random source.</summary>
    public static PrivateKey Generate()
    {
        Span<byte> bytes = stackalloc byte[Size];
        do RandomNumberGenerator.Fill(bytes);
        while (!IsValid(bytes));
        PrivateKey key = new(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>Copies 32 big-endian bytes; false for another length or a number outside [1, n).</summary>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = IsValid(bytes) ? new PrivateKey(bytes) : null;
        return key is not null;
    }

    /// <summary>Reads 64 hex digits, with or without <c>0x</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PrivateKey? key)
    {
        Span<byte> bytes = stackalloc byte[Size];
        key = null;
        bool ok = Hex.TryDecode(text, bytes) && TryCreate(bytes, out key);
        CryptographicOperations.ZeroMemory(bytes);
        return ok;
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>Says nothing of the key.</summary>
    public override string ToString() => "PrivateKey(…)";

    private static bool IsValid(ReadOnlySpan<byte> bytes) => bytes.Length == Size && Secp256k1.IsScalar(UInt256.FromBigEndian(bytes));

    private PublicKey Derive()
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size];
        if (!Secp256k1.Default.TryGetPublicKey(Bytes, bytes)) throw new CryptographicException("A checked private key was refused.");
        return new PublicKey(bytes);
    }
}
