using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;

namespace BpDao.Consensus.Por.Tests.Support;

/// <summary>Signs with a key in memory, as a node does.</summary>
internal sealed class TestSigner(PrivateKey key) : ISigner
{
    public Address Address => key.Address;

    public byte[] Sign(Hash256 digest) => CompactSignature.ToArray(Build.Ecdsa.SignDigest(digest, key));

    public Hash256 DeriveSecret(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix) => Keccak256.Hash([.. prefix, .. key.Bytes, .. suffix]);
}
