using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;

namespace BpDao.Contracts.Tests.Support;

/// <summary>A bond's owner with both keys: one is the identity, one signs as a validator.</summary>
internal sealed class TestProducer(string identity, Hash256 secret, uint onionLayers)
{
    private readonly Dictionary<uint, KeccakOnion> _onions = [];

    public PrivateKey Identity { get; } = TestKeys.Of(identity);

    public PrivateKey Key { get; } = new(secret.Bytes);

    public byte[] Sign(Hash256 digest) => CompactSignature.ToArray(Build.Ecdsa.SignDigest(digest, Key));

    public KeccakOnion Onion(uint renewal)
    {
        if (!_onions.TryGetValue(renewal, out KeccakOnion? onion))
        {
            _onions[renewal] = onion = new KeccakOnion(KeccakOnion.SeedOfPublishedKey(secret, renewal), onionLayers);
        }

        return onion;
    }

    public Hash256 Salt(ulong epoch) => Salts.Of(KeccakOnion.SeedOfPublishedKey(secret, 0), epoch);
}
