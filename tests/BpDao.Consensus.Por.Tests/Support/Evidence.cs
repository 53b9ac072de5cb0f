using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Tests.Support;

/// <summary>What convicts a voter (protocol rule 7.1): two messages that an honest one never signs both.</summary>
internal static class Evidence
{
    /// <summary>The kind of evidence that two messages of one key at one height are; null for none.</summary>
    public static string? Between(PorMessage a, PorMessage b) => (a, b) switch
    {
        (Proposal p, Proposal q) when p.Round == q.Round && (p.Block.Hash != q.Block.Hash || p.JustificationDigest != q.JustificationDigest) => "E1",
        (Vote { IsFirst: true } v, Vote { IsFirst: true } w) when v.Round == w.Round && (v.BlockHash != w.BlockHash || v.Kind != w.Kind) => "E2",
        (Vote { Kind: MessageKind.Vote2 } v, Vote { Kind: MessageKind.Vote2 } w) when v.Round == w.Round && v.BlockHash != w.BlockHash => "E3",
        (Vote { Kind: MessageKind.Vote1Against } v, Vote { Kind: MessageKind.Vote2 } w) when v.BlockHash == w.BlockHash => "E2",
        (Vote { Kind: MessageKind.Vote2 }, Vote { Kind: MessageKind.Vote1Against }) => Between(b, a),
        (Vote { Kind: MessageKind.Vote2 } v, TimeoutMessage t) when t.Round >= v.Round && t.HqcRoundPlusOne < v.Round + 1 => "E4",
        (TimeoutMessage, Vote { Kind: MessageKind.Vote2 }) => Between(b, a),
        _ => null,
    };

    /// <summary>What one message alone convicts of.</summary>
    public static string? In(PorMessage message) =>
        message is Proposal { Justification.HighBlockHash: { } must } p && p.Block.Hash != must ? "E5" : null;
}
