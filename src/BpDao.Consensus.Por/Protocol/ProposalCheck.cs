using BpDao.Consensus.Por.Blocks;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Whether a message is a proposal at all: leader, signature, justification, rule P. What fails here is ignored; whether the block is
/// valid is another question (protocol rules 4.1–4.4).</summary>
internal sealed class ProposalCheck(HeightContext context, IVotingRules rules, CertificateVerifier verifier)
{
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

    /// <summary>The rejected block's header alone says who proposed it, and when: only then can a payload carry its rejection.</summary>
    public bool IsAttributable(Proposal p) =>
        PorExtraData.TryDecode(p.Block.Header.ExtraData.Span, out PorExtraData? extra) && extra.Value.Round == p.Round
        && extra.Value.Epoch == p.Epoch && extra.Value.Producer == context.Leaders.LeaderOf(p.Round);

    public bool IsJustified(Proposal p) =>
        p.Justification is null || verifier.Verify(p.Justification, context.Epoch, context.Height, context.Bench);
}
