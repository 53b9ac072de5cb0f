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

    // Of what was found to be done with at this height.
    private const int MaxDone = 1024;

    private readonly EvidenceVerifier _evidence = new(verifier);
    private readonly EvidencePool _pool = new(store);
    private readonly Dictionary<Hash256, int> _tries = [];
    private readonly HashSet<(uint Slot, ulong Epoch, ulong Height, byte Kind)> _done = [];
    private int _mostInPayload = PayloadLimits.Evidence;
    private PorChainView? _view;
    private volatile IReadOnlyList<EvidenceItem> _items = [];

    /// <summary>Waiting, oldest first.</summary>
    public IReadOnlyList<EvidenceItem> Items => _items;

    /// <summary>A height begins.</summary>
    /// <param name="head">The block below it; null where it is not here any more.</param>
    /// <param name="own">This node's slot.</param>
    public void Begin(PorChainView view, Block? head, uint? own)
    {
        bool isFirst = _view is null;
        _view = view;
        _done.Clear();
        // What was on the disk is looked at once more: it must not cost a turn.
        if (isFirst) _pool.Remove(i => !IsProof(i));
        if (_pool.Items.Count > 0)
        {
            _pool.Remove(IsDone);
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
        if (IsDone(item))
        {
            // True evidence can be shown again and again: it is checked once a height.
            foreach (uint slot in item.Offenders)
            {
                if (_done.Count < MaxDone) _done.Add((slot, item.Epoch, item.Height, item.Kind));
            }

            return false;
        }

        _pool.Add(item);
        _items = _pool.Items;
        return true;
    }

    /// <summary>For the next payload, within the caps of protocol rule 2.5.</summary>
    public IReadOnlyList<EvidenceItem> ForPayload()
    {
        List<EvidenceItem> chosen = [];
        int bytes = 0;
        foreach (EvidenceItem item in _pool.Items)
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

    /// <summary>Nobody is left whom the Judiciary would convict: it was done, the bond is gone, or it is too old. A contract that does not answer has
    /// not said so.</summary>
    private bool IsDone(EvidenceItem item) =>
        item.Offenders.All(slot => _view!.Judiciary.TryRefusal(item.Kind, item.Epoch, item.Height, slot, out string reason) && reason.Length > 0);
}
