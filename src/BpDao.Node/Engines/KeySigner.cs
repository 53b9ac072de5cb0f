using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Node;

/// <summary>Signs with a key that is in this process's memory, and wipes it in the end.</summary>
internal sealed class KeySigner(PrivateKey key) : ISigner, IDisposable
{
    private readonly EthereumEcdsa _ecdsa = new(Secp256k1.Default);

    public Address Address => key.Address;

    public byte[] Sign(Hash256 digest) => CompactSignature.ToArray(_ecdsa.SignDigest(digest, key));

    public Hash256 DeriveSecret(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix)
    {
        byte[] preimage = GC.AllocateUninitializedArray<byte>(prefix.Length + PrivateKey.Size + suffix.Length, pinned: true);
        prefix.CopyTo(preimage);
        key.Bytes.CopyTo(preimage.AsSpan(prefix.Length));
        suffix.CopyTo(preimage.AsSpan(prefix.Length + PrivateKey.Size));
        Hash256 secret = Keccak256.Hash(preimage);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(preimage);
        return secret;
    }

    public void Dispose() => key.Dispose();
}
