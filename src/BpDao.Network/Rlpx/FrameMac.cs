using System.Security.Cryptography;
using BpDao.Core;

namespace BpDao.Network.Rlpx;

/// <summary>The running MAC of one direction: a Keccak state over all ciphertext, stirred with AES (rlpx.md, MAC).</summary>
internal sealed class FrameMac : IDisposable
{
    /// <summary>Length of a MAC in bytes.</summary>
    public const int Size = 16;

    private readonly Aes _aes = Aes.Create();
    private readonly ICryptoTransform _encryptor;
    private readonly byte[] _block = new byte[Size];

    // Of the state as it is: where one step ends the next begins, and each costs a permutation.
    private readonly byte[] _digest = new byte[Hash256.Size];
    private KeccakHasher _hash;

    public FrameMac(ReadOnlySpan<byte> secret, KeccakHasher start)
    {
        _aes.SetKey(secret);
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _encryptor = _aes.CreateEncryptor();
        _hash = start;
        TakeDigest();
    }

    /// <summary>Takes 16 bytes of encrypted header in and writes their MAC.</summary>
    public void Header(ReadOnlySpan<byte> ciphertext, Span<byte> mac) => Stir(ciphertext, mac);

    /// <summary>Takes a frame's whole ciphertext in and writes its MAC.</summary>
    public void Body(ReadOnlySpan<byte> ciphertext, Span<byte> mac)
    {
        _hash.Update(ciphertext);
        TakeDigest();
        Stir(_digest.AsSpan(0, Size), mac);
    }

    public void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
    }

    /// <summary>Absorbs AES(digest) xor seed; the MAC is the digest after that.</summary>
    private void Stir(ReadOnlySpan<byte> seed, Span<byte> mac)
    {
        _encryptor.TransformBlock(_digest, 0, Size, _block, 0);
        for (int i = 0; i < Size; i++) _block[i] ^= seed[i];
        _hash.Update(_block);
        TakeDigest();
        _digest.AsSpan(0, Size).CopyTo(mac);
    }

    private void TakeDigest() => _hash.Digest(_digest);
}
