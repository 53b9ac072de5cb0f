using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;

namespace BpDao.Contracts.Tests.Support;

/// <summary>A bond's owner with both keys: one is the identity, one signs as a validator.</summary>
internal sealed class TestProducer(string identity, Hash256 secret, uint onionLayers) : ISigner
{
    public PrivateKey Identity { get; } = TestKeys.Of(identity);

    public PrivateKey Key { get; } = new(secret.Bytes);

    /// <summary>The consensus key.</summary>
    public Address Address => Key.Address;

    public Hash256 OnionTip => Onion(0).Tip;

    public KeccakOnion Onion(uint renewal) => new(KeccakOnion.Seed(this, renewal), onionLayers);

    public byte[] Sign(Hash256 digest) => CompactSignature.ToArray(Build.Ecdsa.SignDigest(digest, Key));

    public Hash256 DeriveSecret(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix) => Keccak256.Hash([.. prefix, .. secret.Bytes, .. suffix]);
}
