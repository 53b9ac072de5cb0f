using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Evidence between its discovery and its conviction: takes what is proof, gives it to proposers, and forgets it once the chain has it, it is
/// too old, or it turned out to be of no use (protocol rule 7.1). Used by the engine's loop alone; <see cref="Items"/> by anybody.</summary>
internal sealed class EvidenceKeeper(CertificateVerifier verifier, EpochStore epochs, ISafetyStore store)
{
    // So much of a payload may be evidence; a longer item goes alone.
    private const int MaxPayloadBytes = 128 * 1024;

    // A block may lack the gas for it, and convicts a few of many culprits at a time.
    private const int TriesOfOne = 2;
    private const int CulpritsATry = 4;

    // Of what was found to be of no use at this height.
    private const int MaxDone = 1024;

    // By one block (Judiciary.sol).
    private const int MaxConvictions = 8;

    // Of the weight that E1, E2 and E5 take at least (protocol rule 7.1).
    private const uint SmallShare = 10;

    private readonly EvidenceVerifier _evidence = new(verifier);
    private readonly EvidencePool _pool = new(store);
    private readonly Dictionary<Hash256, int> _tries = [];
    private readonly HashSet<(uint Slot, ulong Epoch, ulong Height, byte Kind)> _done = [];
    private readonly Dictionary<uint, UInt256> _left = [];
    private int _mostInPayload = PayloadLimits.Evidence;
    private PorChainView? _view;
    private volatile IReadOnlyList<EvidenceItem> _items = [];

    /// <summary>Waiting, dearest first.</summary>
    public IReadOnlyList<EvidenceItem> Items => _items;

    /// <summary>A height begins.</summary>
    /// <param name="head">The block below it; null where it is not here any more.</param>
    /// <param name="own">This node's slot.</param>
    public void Begin(PorChainView view, Block? head, uint? own)
    {
        bool isFirst = _view is null;
        _view = view;
        _done.Clear();
        _left.Clear();
        // What was on the disk is looked at once more: it must not cost a turn.
        if (isFirst) _pool.Remove(i => !IsProof(i));
        if (_pool.Items.Count > 0)
        {
            _pool.Appraise(WorthOf);
            if (head is not null && IsOf(own, head) && PorRules.TryReadPayload(head, out _, out BlockPayload? payload)) GiveUpOn(payload!.Evidence);
        }

        if (_pool.Items.Count == 0) _mostInPayload = PayloadLimits.Evidence;

        _items = _pool.Items;
    }

    // What another leader carried says nothing: who leaves no gas for the evidence against itself must not be forgiven.
    private static bool IsOf(uint? own, Block block) => own is { } slot && PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra) && extra.Value.Producer == slot;

    // Carried, and somebody is still not convicted: a few more tries, and no more.
    private void GiveUpOn(IReadOnlyList<EvidenceItem> carried)
    {
        foreach (EvidenceItem item in carried)
        {
            if (!_pool.Items.Contains(item)) continue;
            int tries = _tries[item.Hash] = _tries.GetValueOrDefault(item.Hash) + 1;
            if (tries >= TriesOfOne + (item.Offenders.Count / CulpritsATry)) _pool.Refuse([item]);
        }

        foreach (Hash256 hash in _tries.Keys.ToArray())
        {
            if (!_pool.Items.Any(i => i.Hash == hash)) _tries.Remove(hash);
        }
    }

    /// <summary>From a peer, or found here.</summary>
    /// <param name="fault">Set when it proves nothing, which no honest node says.</param>
    /// <returns>It was new, and is proof.</returns>
    public bool Offer(EvidenceItem item, out string? fault)
    {
        fault = null;
        if (_view is null || item.Height == 0 || item.Height > _view.Height || item.Epoch > _view.Epoch) return false;
        if (!_view.CanBeOf(item.Height, item.Epoch))
        {
            fault = $"height {item.Height} is not of epoch {item.Epoch}";
            return false;
        }

        if (!IsOfItsEpoch(item) || !_pool.Wants(item) || IsKnownDone(item)) return false;
        // Every node knows the benches of the last unbonding time; older ones nobody needs to know.
        if (!_view.IsLiable(item.Epoch) || epochs.BenchOf(item.Epoch) is not { } bench) return false;
        fault = _evidence.FaultOf(item, bench);
        if (fault is not null) return false;
        if (WorthOf(item) is not { } worth || !_pool.TryAdd(item, worth))
        {
            // True evidence can be shown again and again: it is checked once a height.
            foreach (uint slot in item.Offenders)
            {
                if (_done.Count < MaxDone) _done.Add((slot, item.Epoch, item.Height, item.Kind));
            }

            return false;
        }

        _items = _pool.Items;
        return true;
    }

    /// <summary>For the next payload, within the caps of protocol rule 2.5: what takes most goes first, and nobody twice while others wait.</summary>
    public IReadOnlyList<EvidenceItem> ForPayload()
    {
        List<EvidenceItem> chosen = [];
        int bytes = 0;
        foreach (EvidenceItem item in InTurn(_pool.Items))
        {
            if (!_view!.IsLiable(item.Epoch) || !_view.CanBeOf(item.Height, item.Epoch)) continue;
            int length = EvidenceCodec.Encode(item).Length;
            if (chosen.Count > 0 && bytes + length > MaxPayloadBytes) continue;
            chosen.Add(item);
            bytes += length;
            if (chosen.Count == _mostInPayload) break;
        }

        return chosen;
    }

    // Who has much to lose is not to hide behind a bond that offends again and again, nor behind offences of its own.
    private static IEnumerable<EvidenceItem> InTurn(IReadOnlyList<EvidenceItem> items)
    {
        HashSet<uint> named = [];
        (List<EvidenceItem> first, List<EvidenceItem> later) = ([], []);
        foreach (EvidenceItem item in items)
        {
            (named.IsSupersetOf(item.Offenders) ? later : first).Add(item);
            named.UnionWith(item.Offenders);
        }

        return first.Concat(later);
    }

    /// <summary>No block with these could be built. Which of several is to blame shows when they go one by one.</summary>
    public void Refuse(IReadOnlyList<EvidenceItem> items)
    {
        if (items.Count > 1)
        {
            _mostInPayload = 1;
            return;
        }

        _pool.Refuse(items);
        _items = _pool.Items;
    }

    private bool IsKnownDone(EvidenceItem item) => _done.Count > 0 && item.Offenders.All(slot => _done.Contains((slot, item.Epoch, item.Height, item.Kind)));

    // Below the epoch clock's start the rules cannot tell for sure; who was there can.
    private bool IsOfItsEpoch(EvidenceItem item) => epochs.RecordOf(item.Height) is not { } record || record.Epoch == item.Epoch;

    private bool IsProof(EvidenceItem item) => _view!.CanBeOf(item.Height, item.Epoch) && IsOfItsEpoch(item)
        && epochs.BenchOf(item.Epoch) is { } bench && _evidence.FaultOf(item, bench) is null;

    /// <summary>REP that the next block's conviction would take; null when nobody is left whom the Judiciary would convict: it was done, the slot is
    /// empty, or it is too old. A contract that does not answer has not said so.</summary>
    private UInt256? WorthOf(EvidenceItem item)
    {
        UInt256? worth = null;
        int convicts = 0;
        foreach (uint slot in item.Offenders)
        {
            if (IsRefused(item, slot)) continue;
            worth = (worth ?? UInt256.Zero) + UInt256.Min(DueOf(item, slot), LeftOf(slot));
            if (++convicts == MaxConvictions) break;
        }

        return worth;
    }

    private bool IsRefused(EvidenceItem item, uint slot) =>
        _view!.Judiciary.TryRefusal(item.Kind, item.Epoch, item.Height, slot, out string reason) && reason.Length > 0;

    // E2 takes more where others did the same; that is not known before.
    private UInt256 DueOf(EvidenceItem item, uint slot)
    {
        UInt256 weight = epochs.BenchOf(item.Epoch)?.Find(slot)?.Weight ?? UInt256.Zero;
        bool isWhole = item.Kind is (byte)EvidenceType.DoubleSecondVote or (byte)EvidenceType.HiddenSecondVote;
        return isWhole ? weight : weight / SmallShare;
    }

    // Bond, exit queue and free REP: all that a slash may reach.
    private UInt256 LeftOf(uint slot)
    {
        if (_left.TryGetValue(slot, out UInt256 known)) return known;
        bool isKnown = _view!.Availability.TryBond(slot, out BondState bond) && _view.Reputation.TryBalanceOf(bond.Identity, out known);
        return _left[slot] = isKnown ? known : UInt256.MaxValue;
    }
}
