using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Core;

namespace BpDao.Byzantine.Spoiling;

/// <summary>What the rules make of a spoilt block.</summary>
internal enum Outcome
{
    /// <summary>Votes against, a rejection that the next blocks carry, and the leader's bond in escrow (protocol rules 4.5, 5.5).</summary>
    Convicted,

    /// <summary>Votes against. The header does not name its leader, so no payload can carry the rejection: it costs the turn.</summary>
    Refused,

    /// <summary>No vote (protocol rule 4.3): what is wrong is not the block, or is not for everybody to see.</summary>
    Ignored,
}

/// <summary>One way to make a sound block invalid.</summary>
/// <param name="Name">The behaviour's.</param>
/// <param name="Reason">What the judge of an honest node says.</param>
/// <param name="Spoil">Null where this block cannot be spoilt so: a later one can.</param>
internal sealed record Spoiler(string Name, BlockError Reason, Outcome Outcome, Func<Block, Workshop, Block?> Spoil)
{
    /// <summary>Changes the payload before the block is built, where its execution is what goes wrong.</summary>
    public Func<BlockPayload, PorExtraData, Voice, BlockPayload>? Stuff { get; init; }

    public static IReadOnlyList<Spoiler> All { get; } = [.. HeaderSpoilers.All, .. BodySpoilers.All, .. PayloadSpoilers.All];
}
