using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Votes of one kind over one block in one round: <c>[round, bitmap, sigs]</c> of protocol rule 2.5. Which kind, height and
/// block, the place says where it stands.</summary>
public sealed record Certificate(uint Round, SlotBitmap Signers, ReadOnlyMemory<byte> Signatures)
{
    public bool Equals(Certificate? other) =>
        other is not null && Round == other.Round && Signers.Equals(other.Signers) && Signatures.Span.SequenceEqual(other.Signatures.Span);

    public override int GetHashCode() => HashCode.Combine(Round, Signers);
}

/// <summary>A certificate with what it is about.</summary>
/// <param name="Kind">Vote1For: QC1. Vote2: commit certificate. Vote1Against: rejection certificate.</param>
public sealed record BlockCertificate(MessageKind Kind, ulong Epoch, ulong Height, Hash256 BlockHash, Certificate Certificate)
{
    public uint Round => Certificate.Round;
}

/// <summary>Timeouts that claim the same highest QC1.</summary>
/// <param name="HqcRoundPlusOne">0: none is claimed and the hash is zero (protocol rule 4.4).</param>
public sealed record TimeoutGroup(uint HqcRoundPlusOne, Hash256 HqcBlockHash, SlotBitmap Signers, ReadOnlyMemory<byte> Signatures)
{
    public bool Equals(TimeoutGroup? other) =>
        other is not null && HqcRoundPlusOne == other.HqcRoundPlusOne && HqcBlockHash == other.HqcBlockHash && Signers.Equals(other.Signers)
        && Signatures.Span.SequenceEqual(other.Signatures.Span);

    public override int GetHashCode() => HashCode.Combine(HqcRoundPlusOne, HqcBlockHash, Signers);
}

/// <summary>A quorum gave up a round: <c>[round, [[hqcRound+1, hqcBlockHash, bitmap, sigs]…], qc1]</c> of protocol rule 2.5. Groups ascend;
/// the last one's claim is proved by <see cref="HighQc"/> and names the block that must be proposed again.</summary>
public sealed record TimeoutCertificate(uint Round, IReadOnlyList<TimeoutGroup> Groups, Certificate? HighQc)
{
    /// <summary>The block of the highest QC1 claimed, null when none is.</summary>
    public Hash256? HighBlockHash => Groups.Count > 0 && Groups[^1].HqcRoundPlusOne > 0 ? Groups[^1].HqcBlockHash : null;

    /// <summary>keccak256 of the RLP: what a proposal signs as its justification.</summary>
    public Hash256 Digest => Keccak256.Hash(CertificateCodec.Encode(this));

    public bool Equals(TimeoutCertificate? other) => other is not null && Digest == other.Digest;

    public override int GetHashCode() => Digest.GetHashCode();
}
