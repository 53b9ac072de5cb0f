using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Tests.Support;

/// <summary>Signatures that cost next to nothing: 128 bits mixed from key and digest, and padding. The state machine cannot tell, and nobody
/// in a test tries to forge them.</summary>
internal sealed class FakeScheme : ICertificateScheme
{
    private const int Size = 65;

    public static FakeScheme Instance { get; } = new();

    public byte Id => 1;

    public static byte[] Sign(Address key, Hash256 digest)
    {
        byte[] signature = new byte[Size];
        Sign(key, digest, signature);
        return signature;
    }

    public bool Verify(Hash256 digest, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key)
    {
        Span<byte> expected = stackalloc byte[Size];
        expected.Clear();
        Sign(new Address(key), digest, expected);
        return signature.SequenceEqual(expected);
    }

    public byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> signatures)
    {
        byte[] joined = new byte[signatures.Sum(s => s.Length)];
        int at = 0;
        foreach (ReadOnlyMemory<byte> signature in signatures)
        {
            signature.CopyTo(joined.AsMemory(at));
            at += signature.Length;
        }

        return joined;
    }

    public bool VerifyJoined(Hash256 digest, ReadOnlySpan<byte> joined, IReadOnlyList<ReadOnlyMemory<byte>> keys)
    {
        if (joined.Length != keys.Count * Size) return false;
        for (int i = 0; i < keys.Count; i++)
        {
            if (!Verify(digest, joined.Slice(i * Size, Size), keys[i].Span)) return false;
        }

        return true;
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> joined)
    {
        ReadOnlyMemory<byte>[] signatures = new ReadOnlyMemory<byte>[joined.Length / Size];
        for (int i = 0; i < signatures.Length; i++) signatures[i] = joined.Slice(i * Size, Size);
        return signatures;
    }

    private static void Sign(Address key, Hash256 digest, Span<byte> signature)
    {
        Span<byte> words = stackalloc byte[24 + Hash256.Size];
        words.Clear();
        key.Bytes.CopyTo(words);
        digest.Bytes.CopyTo(words[24..]);
        // Odd constants from the digits of the golden ratio and of pi.
        (ulong low, ulong high) = (0x9E3779B97F4A7C15, 0x243F6A8885A308D3);
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(words))
        {
            low = (low ^ word) * 0xD1342543DE82EF95;
            low ^= low >> 32;
            high = BitOperations.RotateLeft(high + word, 27) * 0x9E3779B97F4A7C15;
            high ^= low;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(signature, low);
        BinaryPrimitives.WriteUInt64LittleEndian(signature[8..], high);
    }
}

/// <summary>A signer of <see cref="FakeScheme"/>.</summary>
internal sealed class FakeSigner(Address address) : ISigner
{
    public Address Address => address;

    public byte[] Sign(Hash256 digest) => FakeScheme.Sign(address, digest);

    public Hash256 DeriveSecret(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix) =>
        Keccak256.Hash([.. prefix, .. address.Bytes, .. suffix]);
}
