using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>What can happen to a node, as the state machine sees it.</summary>
public abstract record PorEvent;

/// <summary>The parent is committed: its state says all about the next height.</summary>
public sealed record HeightStarted(HeightContext Context) : PorEvent;

public sealed record MessageReceived(PorMessage Message, PeerId From) : PorEvent;

public sealed record PeerConnected(PeerId Peer) : PorEvent;

/// <summary>The round's timer ran out.</summary>
public sealed record RoundExpired(ulong Height, uint Round) : PorEvent;

/// <summary>Time to say again what was said, if the height is still open.</summary>
public sealed record ResendDue(ulong Height) : PorEvent;

/// <summary>The earliest time of a new block has come (protocol rule 2.6).</summary>
public sealed record BlockTimeReached(ulong Height, uint Round) : PorEvent;

/// <summary>The block asked for by <see cref="BuildProposal"/>, judged valid by this node.</summary>
public sealed record BlockBuilt(ulong Height, uint Round, Block Block) : PorEvent;

/// <param name="Detail">What was found and what was expected, for people.</param>
public sealed record BlockJudged(Hash256 BlockHash, Judgement Judgement, byte Reason, string? Detail = null) : PorEvent;

/// <summary>The chain did not take a block that was to be committed.</summary>
public sealed record CommitRefused(ulong Height, Hash256 BlockHash, Judgement Judgement, string Detail) : PorEvent;

public enum Judgement
{
    Valid,

    /// <summary>Breaks a rule that needs nothing but the parent's state and the block's bytes.</summary>
    Invalid,

    /// <summary>This node cannot say, or not yet: silence (protocol rule 4.3).</summary>
    Silent,

    /// <summary>The body is not the one the header commits to: not this block at all, but what a bad carrier made of it.</summary>
    WrongBody,
}
