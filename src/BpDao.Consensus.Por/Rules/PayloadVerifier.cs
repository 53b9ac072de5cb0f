using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Rules;

/// <summary>Every signature in a payload, before any contract sees it (protocol rules 2.5, 4.3): contracts get bitmaps and believe them.</summary>
internal sealed class PayloadVerifier(CertificateVerifier verifier)
{
    private readonly EvidenceVerifier _evidence = new(verifier);

    /// <param name="view">On the state of the parent of the block that carries the payload.</param>
    public BlockVerdict Verify(BlockPayload payload, PorChainView view)
    {
        BlockVerdict verdict = VerifyParent(payload.ParentCertificate, view);
        if (!verdict.IsValid) return verdict;
        verdict = VerifyTimeout(payload.Timeout, view);
        if (!verdict.IsValid) return verdict;

        foreach (CarriedVote vote in payload.Against)
        {
            if (vote.Kind != MessageKind.Vote1Against || vote.Height != view.Parent.Number || !IsSound(vote, view)) return Item($"against: height {vote.Height}");
        }

        verdict = VerifyLate(payload.Late, view);
        if (!verdict.IsValid) return verdict;

        foreach (Rejection rejection in payload.Rejections)
        {
            if (!IsSound(rejection, view)) return Item("rejections: not a rejected proposal of its producer");
        }

        foreach (EvidenceItem item in payload.Evidence)
        {
            verdict = Verify(item, view);
            if (!verdict.IsValid) return verdict;
        }

        foreach (SaltCommitItem commit in payload.SaltCommits)
        {
            if (view.Bench.Find(commit.Slot) is not { } member || !verifier.IsSignedBy(member, verifier.Domain.SaltCommit(view.Epoch, commit.Commit), commit.Signature))
            {
                return Item($"saltCommits: slot {commit.Slot}");
            }
        }

        return VerifyReady(payload.Ready, view);
    }

    // Whether it is new is the contract's to say: it skips what it cannot use, so an honest proposer loses nothing by it.
    private BlockVerdict Verify(EvidenceItem item, PorChainView view)
    {
        if (item.Height == 0 || item.Height > view.Height || item.Epoch > view.Epoch) return Item($"evidence: height {item.Height}, epoch {item.Epoch}");
        if (!view.CanBeOf(item.Height, item.Epoch)) return Item($"evidence: height {item.Height} is not of epoch {item.Epoch}");
        if (!view.IsLiable(item.Epoch)) return Item($"evidence: nobody answers for epoch {item.Epoch} any more");
        if (view.BenchOf(item.Epoch) is not { } bench) return new BlockVerdict(BlockError.ParentStateMissing, $"evidence: this node does not have the bench of epoch {item.Epoch}");
        return _evidence.FaultOf(item, bench) is { } fault ? Item($"evidence: {fault}") : BlockVerdict.Valid;
    }

    private BlockVerdict VerifyParent(Certificate? certificate, PorChainView view)
    {
        if (view.Parent.Number == 0)
        {
            return certificate is null ? BlockVerdict.Valid : new BlockVerdict(BlockError.InvalidParentCertificate, "genesis has no certificate");
        }

        bool sound = certificate is not null && view.TryBenchAt(view.Parent.Number, out ulong epoch, out Bench? bench)
            && verifier.VerifyQuorum(new BlockCertificate(MessageKind.Vote2, epoch, view.Parent.Number, view.Parent.Hash, certificate), bench);
        return sound ? BlockVerdict.Valid : new BlockVerdict(BlockError.InvalidParentCertificate, $"of block {view.Parent.Number}");
    }

    // A certificate that names a QC1 asks for that block again, so no new block may carry it (rule P).
    private BlockVerdict VerifyTimeout(TimeoutCertificate? timeout, PorChainView view)
    {
        if (timeout is null) return BlockVerdict.Valid;
        bool sound = timeout.HighBlockHash is null && verifier.Verify(timeout, view.Epoch, view.Height, view.Bench);
        return sound ? BlockVerdict.Valid : new BlockVerdict(BlockError.InvalidTimeoutCertificate, $"of round {timeout.Round}");
    }

    private BlockVerdict VerifyLate(IReadOnlyList<CarriedVote> late, PorChainView view)
    {
        if (late.Count == 0) return BlockVerdict.Valid;
        if (view.Parameter(LateWindow) is not { IsUInt64: true } k || (ulong)late.Count > k.L0) return Item($"late: {late.Count} items are more than K");
        ulong window = k.L0;
        foreach (CarriedVote vote in late)
        {
            bool inWindow = vote.Height < view.Parent.Number && vote.Height + window + 1 >= view.Height && vote.Height > 0;
            if (!inWindow || !IsSound(vote, view)) return Item($"late: height {vote.Height}");
        }

        return BlockVerdict.Valid;
    }

    private static readonly int LateWindow = WorkParameters.ByName("lateWindow")!.Id;

    private bool IsSound(CarriedVote vote, PorChainView view) =>
        view.TryHashOf(vote.Height, out Hash256 hash) && view.TryBenchAt(vote.Height, out ulong epoch, out Bench? bench)
        && verifier.VerifySigners(
            verifier.Domain.Vote(vote.Kind, epoch, vote.Height, vote.Votes.Round, hash), vote.Votes.Signers, vote.Votes.Signatures, bench, out _);

    // The contracts slash the slot that the header names, so the proposal must be signed by that slot's key: nobody else can put a name there.
    // That the height is of that epoch the quorum says: a node that joined in between knows every bench, but not every block.
    private bool IsSound(Rejection rejection, PorChainView view)
    {
        RlpReader reader = new(rejection.HeaderRlp.Span);
        if (!HeaderCodec.TryRead(ref reader, out BlockHeader? header) || !reader.AtEnd || header!.Number == 0
            || !PorExtraData.TryDecode(header.ExtraData.Span, out PorExtraData? extra) || header.Number > view.Height
            || extra.Value.Epoch is var epoch && (epoch > view.Epoch || epoch + 1UL < view.Epoch) || view.BenchOf(epoch) is not { } whole || whole.Find(extra.Value.Producer) is not { } producer
            || view.VotersAt(header.Number, epoch) is not { } voters)
        {
            return false;
        }

        Hash256 hash = Keccak256.Hash(rejection.HeaderRlp.Span);
        uint round = extra.Value.Round;
        return verifier.IsSignedBy(producer, verifier.Domain.Proposal(epoch, header.Number, round, hash, rejection.JustificationDigest), rejection.ProposalSignature)
            && verifier.VerifyQuorum(new BlockCertificate(MessageKind.Vote1Against, epoch, header.Number, hash, rejection.Against), voters);
    }

    // READY comes from bonds that are not on the bench yet, so the key is the bond's (protocol rule 3.3).
    private BlockVerdict VerifyReady(IReadOnlyList<ReadyItem> ready, PorChainView view)
    {
        if (ready.Count == 0) return BlockVerdict.Valid;
        ulong lastOfPreviousEpoch = view.Height - view.Position - 1;
        if (!view.TryHashOf(lastOfPreviousEpoch, out Hash256 hash)) return Item("ready: the last block of the epoch before is unknown");
        Hash256 digest = verifier.Domain.Ready(view.Epoch, hash);
        foreach (ReadyItem item in ready)
        {
            if (!view.Availability.TryBond(item.Slot, out BondState bond)
                || !verifier.Scheme.Verify(digest, item.Signature.Span, bond.Key.Span))
            {
                return Item($"ready: slot {item.Slot}");
            }
        }

        return BlockVerdict.Valid;
    }

    private static BlockVerdict Item(string detail) => new(BlockError.InvalidPayloadItem, detail);
}
