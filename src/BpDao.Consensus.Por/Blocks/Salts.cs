using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.Consensus.Por.Blocks;

/// <summary>Everybody's salts (protocol rule 8.2). They follow from the key, so a restarted node needs to remember nothing.</summary>
public static class Salts
{
    /// <summary>keccak256("BpDao salt" ‖ seed₀ ‖ epoch:8), seed₀ being the seed of the first onion.</summary>
    public static Hash256 Of(Hash256 firstOnionSeed, ulong epoch)
    {
        ReadOnlySpan<byte> label = "BpDao salt"u8;
        Span<byte> preimage = stackalloc byte[label.Length + 40];
        label.CopyTo(preimage);
        firstOnionSeed.Bytes.CopyTo(preimage[label.Length..]);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[(label.Length + 32)..], epoch);
        return Keccak256.Hash(preimage);
    }

    /// <summary>keccak256(DOMAIN ‖ epoch:8 ‖ slot:4 ‖ salt).</summary>
    public static Hash256 Commit(Hash256 domain, ulong epoch, uint slot, Hash256 salt)
    {
        Span<byte> preimage = stackalloc byte[76];
        domain.Bytes.CopyTo(preimage);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[32..], epoch);
        BinaryPrimitives.WriteUInt32BigEndian(preimage[40..], slot);
        salt.Bytes.CopyTo(preimage[44..]);
        return Keccak256.Hash(preimage);
    }

    /// <summary>Commits are carried in the first quarter of an epoch, reveals in the second.</summary>
    public static SaltPhase PhaseOf(ulong position, ulong epochLength) =>
        4 * position < epochLength ? SaltPhase.Commit : 2 * position < epochLength ? SaltPhase.Reveal : SaltPhase.None;
}

public enum SaltPhase : byte
{
    None,
    Commit,
    Reveal,
}
