using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.Consensus.Por.Blocks;

/// <summary>Everybody's salts (protocol rule 8.2). They follow from the key, so a restarted node needs to remember nothing.</summary>
public static class Salts
{
    /// <summary>What a commit costs when all that it writes is new; a reveal costs less.</summary>
    internal const ulong GasOfCommit = 50_000;

    // What a block of everything but salts and evidence may need (src/contracts/README.md).
    private const ulong GasOfOrdinaryBlock = 1_500_000;

    /// <summary>How many commits or reveals an honest proposer puts into a payload: never more than half of the gas that an ordinary block leaves, so that
    /// evidence has the other half. The rest go into the next block.</summary>
    public static int MostFor(ulong systemGasLimit) =>
        (int)Math.Min(PayloadLimits.Salts, (systemGasLimit - Math.Min(systemGasLimit, GasOfOrdinaryBlock)) / 2 / GasOfCommit);

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
