using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>What consensus peers say to each other (docs/protocol.md §4).</summary>
public abstract record PorMessage;

/// <summary>A message that belongs to one height.</summary>
public abstract record HeightMessage(ulong Epoch, ulong Height) : PorMessage;

/// <summary>The leader of (height, round) shows a block.</summary>
/// <param name="Justification">The timeout certificate of round − 1; null in round 0.</param>
public sealed record Proposal(
    ulong Epoch, ulong Height, uint Round, Block Block, TimeoutCertificate? Justification, ReadOnlyMemory<byte> Signature)
    : HeightMessage(Epoch, Height)
{
    public Hash256 JustificationDigest => Justification?.Digest ?? Hash256.Zero;
}

/// <summary>A first vote, for or against, or a second.</summary>
/// <param name="Reason">For people, unsigned: a <see cref="BlockError"/> beside a vote against (protocol rule 4.3).</param>
public sealed record Vote(
    MessageKind Kind, ulong Epoch, ulong Height, uint Round, Hash256 BlockHash, uint Slot, ReadOnlyMemory<byte> Signature, byte Reason = 0)
    : HeightMessage(Epoch, Height)
{
    public bool IsFirst => Kind is MessageKind.Vote1For or MessageKind.Vote1Against;
}

/// <summary>A voter gives up a round and says which QC1 is the highest it knows.</summary>
/// <param name="HqcRoundPlusOne">0 when it knows none.</param>
/// <param name="HighQc">That QC1 itself (protocol rule 4.4).</param>
public sealed record TimeoutMessage(
    ulong Epoch, ulong Height, uint Round, uint HqcRoundPlusOne, Hash256 HqcBlockHash, Certificate? HighQc, uint Slot,
    ReadOnlyMemory<byte> Signature) : HeightMessage(Epoch, Height);

/// <summary>QC1, commit or rejection certificate.</summary>
public sealed record BlockCertificateMessage(BlockCertificate Certificate) : HeightMessage(Certificate.Epoch, Certificate.Height);

/// <summary>The certificate that ended a round without a block.</summary>
public sealed record TimeoutCertificateMessage(ulong Epoch, ulong Height, TimeoutCertificate Certificate) : HeightMessage(Epoch, Height);

/// <summary>A salt's commitment, for the next proposers to carry (protocol rule 8.2).</summary>
public sealed record SaltCommitMessage(ulong Epoch, uint Slot, Hash256 Commit, ReadOnlyMemory<byte> Signature) : PorMessage;

/// <summary>A salt; its commitment proves it.</summary>
public sealed record SaltRevealMessage(ulong Epoch, uint Slot, Hash256 Salt) : PorMessage;

/// <summary>A bond that waits for the bench, or fell out of it, is there (protocol rule 3.3).</summary>
public sealed record ReadyMessage(ulong Epoch, uint Slot, ReadOnlyMemory<byte> Signature) : PorMessage;

/// <summary>Proof that somebody cheated, for the next proposers to carry (protocol rule 7.1).</summary>
public sealed record EvidenceMessage(EvidenceItem Item) : PorMessage;

/// <summary>Where a node stands: sent on connect and while it is stuck.</summary>
/// <param name="Committed">Number of its last committed block.</param>
/// <param name="Round">Of the height above it.</param>
/// <param name="Highest">The timeout certificate that led into that round, if any.</param>
public sealed record StatusMessage(ulong Committed, Hash256 CommittedHash, uint Round, TimeoutCertificate? Highest) : PorMessage;

/// <summary>Asks for the block of a number with its commit certificate.</summary>
public sealed record GetCertificateMessage(ulong Height) : PorMessage;

/// <summary>Asks for a block, committed or in vote.</summary>
public sealed record GetBlockMessage(Hash256 BlockHash) : PorMessage;

/// <summary>Answers <see cref="GetBlockMessage"/>.</summary>
public sealed record BlockMessage(Block Block) : PorMessage;

/// <summary>Answers <see cref="GetCertificateMessage"/>.</summary>
/// <param name="Certificate">The commit certificate.</param>
public sealed record CertifiedBlockMessage(Block Block, Certificate Certificate) : PorMessage;
