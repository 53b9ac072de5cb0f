using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Salts and READYs of one epoch: says this node's own until the chain has them, and keeps everybody's for the next proposal
/// (protocol rules 3.3, 8.2). Used by the engine's loop alone.</summary>
internal sealed class Readiness(CertificateVerifier verifier, ISigner? signer)
{
    private readonly SortedDictionary<uint, SaltCommitItem> _commits = [];
    private readonly SortedDictionary<uint, Hash256> _reveals = [];
    private readonly SortedDictionary<uint, ReadyItem> _ready = [];

    // What the contracts say is read once a height and slot, so that junk cannot keep anybody else's word from being looked at.
    private readonly Dictionary<uint, BondState?> _bonds = [];
    private readonly Dictionary<uint, Hash256> _openCommits = [];

    private PorChainView? _view;
    private Hash256? _readyDigest;
    private uint _slots;

    /// <summary>A height begins.</summary>
    /// <returns>What this node has to say about itself.</returns>
    public IReadOnlyList<PorMessage> Begin(PorChainView view)
    {
        if (_view?.Epoch != view.Epoch)
        {
            _commits.Clear();
            _reveals.Clear();
            _ready.Clear();
        }

        _view = view;
        _bonds.Clear();
        _openCommits.Clear();
        _slots = view.Availability.TrySlotCount(out uint slots) ? slots : 0;
        _readyDigest = view.TryHashOf(view.Height - view.Position - 1, out Hash256 last) ? verifier.Domain.Ready(view.Epoch, last) : null;
        List<PorMessage> own = [];
        if (signer is null) return own;
        if (OwnSalt(view) is { } salt) own.Add(salt);
        if (OwnReady(view) is { } ready) own.Add(ready);
        foreach (PorMessage message in own) Offer(message, out _);
        return own;
    }

    /// <summary>Takes what is for this epoch, signed or proved, and new.</summary>
    /// <param name="isForged">It bears another signature than its slot's, which no honest node passes on.</param>
    /// <returns>False for anything else.</returns>
    public bool Offer(PorMessage message, out bool isForged)
    {
        isForged = false;
        switch (message)
        {
            case SaltCommitMessage m when m.Epoch == _view?.Epoch && !_commits.ContainsKey(m.Slot) && _view.Bench.Find(m.Slot) is { } member:
                isForged = !verifier.IsSignedBy(member, verifier.Domain.SaltCommit(m.Epoch, m.Commit), m.Signature);
                if (!isForged) _commits.Add(m.Slot, new SaltCommitItem(m.Slot, m.Commit, m.Signature));
                return !isForged;
            case SaltRevealMessage m when m.Epoch == _view?.Epoch && !_reveals.ContainsKey(m.Slot) && _view.Bench.Find(m.Slot) is not null
                && IsOpenCommit(m.Slot, m.Salt):
                _reveals.Add(m.Slot, m.Salt);
                return true;
            case ReadyMessage m when m.Epoch == _view?.Epoch && !_ready.ContainsKey(m.Slot) && _readyDigest is { } digest && BondOf(m.Slot) is { } bond:
                isForged = !verifier.Scheme.Verify(digest, m.Signature.Span, bond.Key.Span);
                if (!isForged) _ready.Add(m.Slot, new ReadyItem(m.Slot, m.Signature));
                return !isForged;
            default:
                return false;
        }
    }

    /// <summary>What the chain does not have yet, within the caps of protocol rule 2.5 and the gas of transaction 0.</summary>
    public CollectedItems Collect(PorChainView view)
    {
        // A head that is old when it comes begins no collection: what is here may be of an earlier epoch, and no payload may carry that.
        if (_view?.Epoch != view.Epoch) return CollectedItems.None;
        SaltPhase phase = Salts.PhaseOf(view.Position, view.Context.EpochLength);
        int most = Salts.MostFor(view.Context.SystemGasLimit);
        return new CollectedItems(
            phase != SaltPhase.Commit ? [] : [.. _commits.Values.Where(c => MayCommit(view, c.Slot)).Take(most)],
            phase != SaltPhase.Reveal ? []
                : [.. _reveals.Where(r => IsOpenCommit(r.Key, r.Value)).Take(most).Select(r => new SaltRevealItem(r.Key, r.Value))],
            [.. _ready.Values.Where(r => view.Availability.TryWantsReady(r.Slot, out bool wants) && wants).Take(PayloadLimits.Ready)]);
    }

    private PorMessage? OwnSalt(PorChainView view)
    {
        if (view.Bench.FindKey(signer!.Address.Bytes) is not { } self) return null;
        Hash256 salt = Salts.Of(KeccakOnion.Seed(signer, 0), view.Epoch);
        switch (Salts.PhaseOf(view.Position, view.Context.EpochLength))
        {
            case SaltPhase.Commit when MayCommit(view, self.Slot):
                Hash256 commit = Salts.Commit(verifier.Domain.Value, view.Epoch, self.Slot, salt);
                return new SaltCommitMessage(view.Epoch, self.Slot, commit, signer.Sign(verifier.Domain.SaltCommit(view.Epoch, commit)));
            case SaltPhase.Reveal when IsOpenCommit(self.Slot, salt):
                return new SaltRevealMessage(view.Epoch, self.Slot, salt);
            default:
                return null;
        }
    }

    private ReadyMessage? OwnReady(PorChainView view) =>
        _readyDigest is { } digest && view.Availability.TrySlotOfKey(signer!.Address.ToArray(), out uint slot) && slot != WorkContract.NoSlot
        && view.Availability.TryWantsReady(slot, out bool wants) && wants
            ? new ReadyMessage(view.Epoch, slot, signer.Sign(digest)) : null;

    private static bool MayCommit(PorChainView view, uint slot) =>
        view.Beacon.TrySalt(view.Epoch, slot, out Hash256 commit, out _, out ulong excludedUntil) && commit.IsZero && excludedUntil <= view.Epoch;

    private bool IsOpenCommit(uint slot, Hash256 salt)
    {
        if (!_openCommits.TryGetValue(slot, out Hash256 open))
        {
            bool isOpen = _view!.Beacon.TrySalt(_view.Epoch, slot, out Hash256 commit, out bool revealed, out _) && !revealed;
            _openCommits.Add(slot, open = isOpen ? commit : Hash256.Zero);
        }

        return !open.IsZero && open == Salts.Commit(verifier.Domain.Value, _view!.Epoch, slot, salt);
    }

    private BondState? BondOf(uint slot)
    {
        if (slot >= _slots) return null;
        if (!_bonds.TryGetValue(slot, out BondState? bond)) _bonds.Add(slot, bond = _view!.Availability.TryBond(slot, out BondState read) ? read : null);
        return bond;
    }
}

/// <summary>Salts and READYs for one payload.</summary>
internal sealed record CollectedItems(
    IReadOnlyList<SaltCommitItem> SaltCommits, IReadOnlyList<SaltRevealItem> SaltReveals, IReadOnlyList<ReadyItem> Ready)
{
    /// <summary>Proof against who cheated.</summary>
    public IReadOnlyList<EvidenceItem> Evidence { get; init; } = [];

    public static CollectedItems None { get; } = new([], [], []);
}
