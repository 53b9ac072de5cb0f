using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Rule P from the leader's side: when to ask for a block, what to show, and to show the same again.</summary>
internal sealed class RoundLead(HeightContext context, SafetyRules? safety, IVotingRules rules, BlockBook blocks, BlockSearch search, Action<PorEffect> emit)
{
    private bool Leads(uint round) => safety is { TakesPart: true, Slot: { } slot } && context.Leaders.LeaderOf(round) == slot;

    /// <summary>The round begins, or what it lacked has come.</summary>
    /// <param name="tc">The timeout certificate that led into the round; null in round 0, and while it is not here.</param>
    /// <returns>A proposal to show now.</returns>
    public Proposal? Begin(uint round, TimeoutCertificate? tc)
    {
        if (!Leads(round) || (round > 0 && tc is null)) return null;
        if (safety!.Record.Proposal?.Round == round) return safety.Recall();
        if (rules.MustRepropose(tc) is not { } must)
        {
            emit(new AwaitBlockTime(context.Height, round));
            return null;
        }

        if (blocks.Find(must) is { } block) return safety.Propose(round, block, tc);
        search.Want(must, from: null);
        return null;
    }

    /// <summary>A fresh block may be built for the round, as far as this key's own words allow.</summary>
    public bool MayBuild(uint round) => Leads(round) && safety!.Record.LastProposalRound < round && safety.Record.TimeoutRound < round;

    /// <summary>The block that was asked for.</summary>
    public Proposal? Propose(uint round, Block block, TimeoutCertificate? tc) => safety?.Propose(round, block, tc);
}
