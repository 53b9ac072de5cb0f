using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>A producer's chain of reveals (protocol rule 8.1): layer i opens to layer i+1 by one keccak256, the last one is the tip that
/// Availability holds. Layers are opened from the tip inwards, one for each turn.</summary>
/// <remarks>Every 256th layer is kept, so opening one costs at most 256 hashes.</remarks>
public sealed class KeccakOnion
{
    private const int Stride = 256;

    private readonly Hash256[] _kept;

    /// <param name="seed">keccak256("BpDao onion" ‖ private key ‖ k:4), secret until every layer is open.</param>
    /// <param name="layers">How many reveals there are.</param>
    public KeccakOnion(Hash256 seed, uint layers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(layers);
        Layers = layers;
        _kept = new Hash256[(layers / Stride) + 1];
        Hash256 value = seed;
        for (uint i = 0; i < layers; i++)
        {
            if (i % Stride == 0) _kept[i / Stride] = value;
            value = Keccak256.Hash(value.Bytes);
        }

        if (layers % Stride == 0) _kept[layers / Stride] = value;
        Tip = value;
    }

    public uint Layers { get; }

    /// <summary>What is registered: keccak256 applied <see cref="Layers"/> times to the seed.</summary>
    public Hash256 Tip { get; }

    /// <summary>The reveal that, hashed <paramref name="depth"/> times, gives the tip; 1 is the first one to open.</summary>
    /// <exception cref="ArgumentOutOfRangeException">0, or more than there are layers.</exception>
    public Hash256 Open(uint depth)
    {
        ArgumentOutOfRangeException.ThrowIfZero(depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, Layers);
        uint index = Layers - depth;
        Hash256 value = _kept[index / Stride];
        for (uint i = index / Stride * Stride; i < index; i++) value = Keccak256.Hash(value.Bytes);
        return value;
    }

    /// <summary>Whether keccak256 applied <paramref name="hashes"/> times to <paramref name="reveal"/> gives <paramref name="tip"/>.</summary>
    public static bool Opens(Hash256 reveal, uint hashes, Hash256 tip)
    {
        for (uint i = 0; i < hashes; i++) reveal = Keccak256.Hash(reveal.Bytes);
        return reveal == tip;
    }

    /// <summary>The seed of renewal <paramref name="renewal"/>.</summary>
    public static Hash256 Seed(ISigner signer, uint renewal) => signer.DeriveSecret(SeedPrefix, SuffixOf(renewal));

    /// <summary>The same for a key that is published: only a genesis builder of devnets holds one in its hand.</summary>
    public static Hash256 SeedOfPublishedKey(Hash256 privateKey, uint renewal) =>
        Keccak256.Hash([.. SeedPrefix, .. privateKey.Bytes, .. SuffixOf(renewal)]);

    private static ReadOnlySpan<byte> SeedPrefix => "BpDao onion"u8;

    private static byte[] SuffixOf(uint renewal)
    {
        byte[] suffix = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(suffix, renewal);
        return suffix;
    }
}
