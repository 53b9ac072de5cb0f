using BpDao.Consensus.Por.Blocks;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Whether a message is what it says: signer, signature, certificates, rule P. What fails here is ignored; whether a block is valid is
/// another question (protocol rules 4.1–4.4).</summary>
internal sealed class MessageCheck(HeightContext context, IVotingRules rules, CertificateVerifier verifier)
{
    public bool IsSigned(Vote v) =>
        v.Epoch == context.Epoch && context.Bench.Find(v.Slot) is { } member
        && verifier.IsSignedBy(member, verifier.Domain.Vote(v.Kind, v.Epoch, v.Height, v.Round, v.BlockHash), v.Signature);

    public bool IsSigned(TimeoutMessage t) =>
        t.Epoch == context.Epoch && context.Bench.Find(t.Slot) is { } member
        && verifier.IsSignedBy(member, verifier.Domain.Timeout(t.Epoch, t.Height, t.Round, t.HqcRoundPlusOne, t.HqcBlockHash), t.Signature);

    public bool IsSound(BlockCertificate c) => c.Epoch == context.Epoch && verifier.VerifyQuorum(c, context.Bench, context.WholeBench);

    public bool IsSound(TimeoutCertificate tc) => verifier.Verify(tc, context.Epoch, context.Height, context.Bench, context.WholeBench);

    /// <summary>The QC1 that comes along with a timeout's claim, when it is good (protocol rule 4.4).</summary>
    public BlockCertificate? AttachedQc(TimeoutMessage t)
    {
        if (t.HighQc is not { } attached || attached.Round + 1 != t.HqcRoundPlusOne) return null;
        BlockCertificate qc = new(MessageKind.Vote1For, t.Epoch, t.Height, t.HqcBlockHash, attached);
        return IsSound(qc) ? qc : null;
    }

    /// <summary>Needs nothing but the message: cheap, before any signature.</summary>
    public bool HasShape(Proposal p) =>
        p.Epoch == context.Epoch && p.Block.Number == context.Height
        && (p.Round == 0 ? p.Justification is null : p.Justification is { } tc && tc.Round == p.Round - 1);

    public bool IsSignedByLeader(Proposal p)
    {
        if (context.Bench.Find(context.Leaders.LeaderOf(p.Round)) is not { } leader) return false;
        Hash256 digest = verifier.Domain.Proposal(p.Epoch, p.Height, p.Round, p.Block.Hash, p.JustificationDigest);
        return verifier.IsSignedBy(leader, digest, p.Signature);
    }

    /// <summary>Rule P: what a timeout certificate's QC1 names is shown again; anything else is a block first proposed in this round.
    /// Extra data that cannot be read is the judge's business: that breaks rule 2.2, and gets votes against.</summary>
    public bool ObeysRuleP(Proposal p)
    {
        if (rules.MustRepropose(p.Justification) is { } must) return p.Block.Hash == must;
        return !PorExtraData.TryDecode(p.Block.Header.ExtraData.Span, out PorExtraData? extra) || extra.Value.Round == p.Round;
    }

    /// <summary>The leader shows another block than the one that its own timeout certificate asks for (protocol rule 7.1, E5).</summary>
    public bool IgnoresQc(Proposal p) => rules.MustRepropose(p.Justification) is { } must && p.Block.Hash != must;

    /// <summary>The rejected block's header alone says who proposed it, and when: only then can a payload carry its rejection.</summary>
    public static bool IsAttributable(Proposal p, ILeaderSchedule leaders) =>
        PorExtraData.TryDecode(p.Block.Header.ExtraData.Span, out PorExtraData? extra) && extra.Value.Round == p.Round
        && extra.Value.Epoch == p.Epoch && extra.Value.Producer == leaders.LeaderOf(p.Round);

    public bool IsJustified(Proposal p) => p.Justification is null || IsSound(p.Justification);
}
