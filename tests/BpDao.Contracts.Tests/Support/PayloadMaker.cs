using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Contracts.Tests.Support;

/// <summary>Fills a payload as an honest proposer does who has heard from everybody who is awake.</summary>
internal sealed class PayloadMaker(CertificateVerifier verifier, VoteBook votes, Func<uint, TestProducer> keys, uint renewBelow)
{
    /// <param name="awake">Whose messages arrived: slots of the bench and bonds that wait for it.</param>
    public BlockPayload Make(PorChainView view, uint producer, uint round, IReadOnlyList<uint> awake, IReadOnlyList<Rejection> rejections)
    {
        ulong parent = view.Parent.Number;
        uint[] voters = [.. awake.Where(s => view.Bench.Find(s) is not null)];
        SaltPhase phase = Salts.PhaseOf(view.Position, view.Context.EpochLength);
        return new BlockPayload
        {
            ParentCertificate = votes.CertificateOf(parent),
            Against = votes.Against(parent),
            Late = votes.Late(view.Height),
            Timeout = round == 0 ? null : votes.SignTimeout(view.Epoch, view.Height, round - 1, voters),
            Rejections = rejections,
            Reveal = RevealOf(view, producer),
            SaltCommits = phase == SaltPhase.Commit ? CommitsOf(view, voters) : [],
            SaltReveals = phase == SaltPhase.Reveal ? RevealsOf(view, voters) : [],
            Ready = ReadyOf(view, awake),
            NextTip = NextTipOf(view, producer),
            EpochRecord = view.DueRecord(),
        };
    }

    /// <summary>The layer that is due; any value where the contracts cannot say which (protocol rule 2.8).</summary>
    public Hash256 RevealOf(PorChainView view, uint producer)
    {
        if (!view.Availability.TryExpectedReveal(producer, out _, out _, out uint layer) || !view.Availability.TryOnion(producer, out OnionState onion))
        {
            return keys(producer).Onion(0).Open(1);
        }

        return keys(producer).Onion(onion.Renewals).Open(layer);
    }

    private List<SaltCommitItem> CommitsOf(PorChainView view, uint[] voters)
    {
        List<SaltCommitItem> items = [];
        foreach (uint slot in voters)
        {
            if (!view.Beacon.TrySalt(view.Epoch, slot, out Hash256 known, out _, out ulong excludedUntil) || !known.IsZero || excludedUntil > view.Epoch) continue;
            Hash256 commit = Salts.Commit(verifier.Domain.Value, view.Epoch, slot, keys(slot).Salt(view.Epoch));
            items.Add(new SaltCommitItem(slot, commit, keys(slot).Sign(verifier.Domain.SaltCommit(view.Epoch, commit))));
        }

        return items;
    }

    private List<SaltRevealItem> RevealsOf(PorChainView view, uint[] voters)
    {
        List<SaltRevealItem> items = [];
        foreach (uint slot in voters)
        {
            if (view.Beacon.TrySalt(view.Epoch, slot, out Hash256 commit, out bool revealed, out _) && !commit.IsZero && !revealed)
            {
                items.Add(new SaltRevealItem(slot, keys(slot).Salt(view.Epoch)));
            }
        }

        return items;
    }

    private List<ReadyItem> ReadyOf(PorChainView view, IReadOnlyList<uint> awake)
    {
        List<ReadyItem> items = [];
        if (!view.TryHashOf(view.Height - view.Position - 1, out Hash256 lastOfEpochBefore)) return items;
        foreach (uint slot in awake)
        {
            if (items.Count < PayloadLimits.Ready && view.Availability.TryWantsReady(slot, out bool wants) && wants)
            {
                items.Add(new ReadyItem(slot, keys(slot).Sign(verifier.Domain.Ready(view.Epoch, lastOfEpochBefore))));
            }
        }

        return items;
    }

    private Hash256? NextTipOf(PorChainView view, uint producer)
    {
        bool due = view.Availability.TryOnion(producer, out OnionState onion) && onion.LayersLeft < renewBelow && onion.NextTip.IsZero;
        return due ? keys(producer).Onion(onion.Renewals + 1).Tip : null;
    }
}
