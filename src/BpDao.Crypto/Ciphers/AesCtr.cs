using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BpDao.Crypto;

/// <summary>AES in counter mode, which the platform does not have: a running key stream over a 16-byte big-endian counter.</summary>
public sealed class AesCtr : IDisposable
{
    private const int BlockSize = 16;

    // The platform makes a context anew in every call, which costs as much as a kilobyte.
    private const int BlocksAtOnce = 256;

    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _counter = new byte[BlockSize];
    private readonly byte[] _stream = new byte[BlockSize * BlocksAtOnce];
    private int _used;

    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <param name="initialCounter">16 bytes.</param>
    /// <exception cref="ArgumentException">The counter has another length.</exception>
    /// <exception cref="CryptographicException">The key has another length.</exception>
    public AesCtr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> initialCounter)
    {
        if (initialCounter.Length != BlockSize)
        {
            throw new ArgumentException($"{BlockSize} bytes are wanted, not {initialCounter.Length}.", nameof(initialCounter));
        }

        _aes.SetKey(key);
        initialCounter.CopyTo(_counter);
        _used = _stream.Length;
    }

    /// <summary>Encrypts or decrypts in place, going on where the last call stopped.</summary>
    public void Transform(Span<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_used == _stream.Length) NextStream();
            int length = Math.Min(data.Length, _stream.Length - _used);
            Xor(data[..length], _stream.AsSpan(_used, length));
            data = data[length..];
            _used += length;
        }
    }

    public void Dispose()
    {
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_stream);
    }

    private void NextStream()
    {
        Span<byte> blocks = _stream;
        for (int at = 0; at < blocks.Length; at += BlockSize)
        {
            _counter.CopyTo(blocks[at..]);
            Increment();
        }

        _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
        _used = 0;
    }

    private void Increment()
    {
        Span<byte> high = _counter.AsSpan(0, 8), low = _counter.AsSpan(8);
        ulong next = BinaryPrimitives.ReadUInt64BigEndian(low) + 1;
        BinaryPrimitives.WriteUInt64BigEndian(low, next);
        if (next == 0) BinaryPrimitives.WriteUInt64BigEndian(high, BinaryPrimitives.ReadUInt64BigEndian(high) + 1);
    }

    private static void Xor(Span<byte> data, ReadOnlySpan<byte> stream)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        ReadOnlySpan<ulong> streamWords = MemoryMarshal.Cast<byte, ulong>(stream);
        for (int i = 0; i < words.Length; i++) words[i] ^= streamWords[i];
        for (int i = words.Length * sizeof(ulong); i < data.Length; i++) data[i] ^= stream[i];
    }
}
