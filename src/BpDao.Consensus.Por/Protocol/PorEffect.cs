using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>What the state machine wants done. The engine does it, in order.</summary>
public abstract record PorEffect;

public sealed record Broadcast(PorMessage Message) : PorEffect;

/// <summary>Pass on what was new and true (<see cref="IConsensusTransport.Relay"/>), so that nodes which do not all know each other hear the same.</summary>
/// <param name="From">Null for a certificate that was put together here.</param>
public sealed record Relay(PorMessage Message, PeerId? From) : PorEffect;

public sealed record Send(PeerId Peer, PorMessage Message) : PorEffect;

/// <summary>Post <see cref="RoundExpired"/> after so long, counted from the block's earliest time when that is still to come.</summary>
public sealed record StartTimer(ulong Height, uint Round, long Milliseconds) : PorEffect;

/// <summary>Post <see cref="ResendDue"/> after so long, give or take a fifth so that nodes do not speak at once.</summary>
public sealed record StartResend(ulong Height, long Milliseconds) : PorEffect;

/// <summary>Post <see cref="BlockTimeReached"/> at max(now, parent's time + interval).</summary>
public sealed record AwaitBlockTime(ulong Height, uint Round) : PorEffect;

/// <summary>Build a block on the parent and post <see cref="BlockBuilt"/>.</summary>
public sealed record BuildProposal(ulong Height, uint Round, ProposalMaterial Material) : PorEffect;

/// <summary>Execute the block on the parent's state and post <see cref="BlockJudged"/>.</summary>
public sealed record Judge(Block Block) : PorEffect;

/// <summary>Write the block; then start the next height.</summary>
public sealed record Commit(Block Block, Certificate Certificate) : PorEffect;

/// <summary>Ask a peer for a block: the one that mentioned it first, then the others in turn.</summary>
public sealed record AskBlock(Hash256 BlockHash, PeerId? Hint, int Attempt) : PorEffect;

/// <summary>Ask a peer for a committed block with its certificate.</summary>
public sealed record AskCertifiedBlock(ulong Height, PeerId? Hint, int Attempt) : PorEffect;

/// <summary>Send the commit certificate of that height, if it is here: the peer is behind.</summary>
public sealed record ServeCertificate(PeerId Peer, ulong Height) : PorEffect;

/// <summary>Send the committed block of that number with its certificate, if it is here.</summary>
public sealed record ServeCertifiedBlock(PeerId Peer, ulong Height) : PorEffect;

/// <summary>Send that committed block, if it is here.</summary>
public sealed record ServeBlock(PeerId Peer, Hash256 BlockHash) : PorEffect;

/// <summary>A round ended without a block; for operators.</summary>
/// <param name="Silent">Voters of whom nothing was heard in it.</param>
public sealed record RoundFailed(ulong Height, uint Round, uint Leader, bool HadProposal, UInt256 WeightFor, UInt256 WeightAgainst, SlotBitmap Silent)
    : PorEffect
{
    /// <summary>The block that more than a third found valid and more than a third invalid; null where there is none.</summary>
    public Block? SplitOver { get; init; }
}

/// <summary>A proposal's block breaks a rule; for operators.</summary>
/// <param name="Reason">A <see cref="BlockError"/>: what a vote against names (protocol rule 4.3).</param>
/// <param name="Detail">What was found and what was expected.</param>
public sealed record BlockRefused(ulong Height, uint Round, uint Leader, Hash256 BlockHash, byte Reason, string Detail) : PorEffect;

/// <summary>A voter signed what an honest one never signs. Found here, so nobody needs to check it again.</summary>
public sealed record Contradiction(EvidenceItem Evidence) : PorEffect
{
    public ulong Height => Evidence.Height;

    /// <summary>The first offender.</summary>
    public uint Slot => Evidence.Offenders[0];
}

/// <summary>For operators: they must act.</summary>
public sealed record Alarm(AlarmKind Kind, string Detail) : PorEffect
{
    /// <summary>The block that it is about, to be kept for inspection.</summary>
    public Block? Block { get; init; }

    /// <summary>What others hold against this node's own view.</summary>
    public IReadOnlyList<BlockCertificate> Certificates { get; init; } = [];
}

/// <summary>A peer sent what no honest node sends.</summary>
public sealed record Misbehaviour(PeerId Peer, string What) : PorEffect;

public enum AlarmKind
{
    /// <summary>More than two thirds hold a block valid that this node found invalid. It stops voting.</summary>
    Divergence,

    /// <summary>Somebody else signs with this node's key. It stops voting.</summary>
    KeyInUseElsewhere,

    /// <summary>A second commit certificate for a height: more than a third of the weight has cheated. It stops.</summary>
    ConflictingCommit,

    /// <summary>The safety record was lost; this key sits out until nothing forgotten can be contradicted.</summary>
    SafetyRecordLost,

    /// <summary>More than a third is for a block and more than a third against it: nodes judge it differently. Everybody goes on voting.</summary>
    SplitVote,
}

/// <summary>What a proposer knows that belongs into the payload (protocol rule 2.5).</summary>
/// <param name="ParentCertificate">Null in block 1.</param>
/// <param name="Justification">The timeout certificate that let this round begin; null in round 0.</param>
public sealed record ProposalMaterial(
    Certificate? ParentCertificate, TimeoutCertificate? Justification, IReadOnlyList<CarriedVote> Against, IReadOnlyList<CarriedVote> Late,
    IReadOnlyList<Rejection> Rejections);

/// <summary>Votes of one kind and round about a committed height, as <c>against</c> and <c>late</c> carry them (protocol rule 2.5).</summary>
public sealed record CarriedVote(ulong Height, MessageKind Kind, Certificate Votes);

/// <summary>A block that more than two thirds voted against, with its proposer's signature (protocol rules 4.5, 5.5).</summary>
/// <param name="JustificationDigest">What the proposer signed beside the block hash; zero in round 0.</param>
public sealed record Rejection(ReadOnlyMemory<byte> HeaderRlp, Hash256 JustificationDigest, ReadOnlyMemory<byte> ProposalSignature, Certificate Against);
