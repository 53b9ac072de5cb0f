using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Evidence;

/// <summary>Evidence that waits for a payload. One item for each slot, epoch, height and kind; bounded; on disk, so that a restart does not forgive. What
/// was carried and did not convict never comes back.</summary>
internal sealed class EvidencePool
{
    public const int Capacity = 64;

    /// <summary>One cheat must not crowd out the others.</summary>
    public const int CapacityOfSlot = 4;

    private const int MaxBytes = 1 << 20;
    private const int MaxRefused = 1024;

    private static readonly byte[] Key = "por/evidence"u8.ToArray();

    private readonly ISafetyStore _store;
    private readonly HashSet<Place> _refused = [];
    private readonly Queue<Place> _refusedByAge = new();
    private List<EvidenceItem> _items;
    private int _bytes;

    public EvidencePool(ISafetyStore store)
    {
        _store = store;
        _items = [.. Decode(store.Read(Key, out bool damaged))];
        WasDamaged = damaged;
        _bytes = _items.Sum(LengthOf);
    }

    /// <summary>Oldest height first.</summary>
    public IReadOnlyList<EvidenceItem> Items => _items;

    /// <summary>The record was unreadable at start, and is forgotten.</summary>
    public bool WasDamaged { get; }

    /// <summary>It would convict somebody of something that no item here does, and there is room.</summary>
    public bool Wants(EvidenceItem item)
    {
        if (_items.Count == Capacity || _bytes + LengthOf(item) > MaxBytes) return false;
        foreach (uint slot in item.Offenders)
        {
            Place place = new(slot, item.Epoch, item.Height, item.Kind);
            if (_refused.Contains(place) || _items.Exists(i => i.Epoch == item.Epoch && i.Height == item.Height && i.Kind == item.Kind && i.Offenders.Contains(slot))) continue;
            if (_items.Count(i => i.Offenders.Contains(slot)) < CapacityOfSlot) return true;
        }

        return false;
    }

    /// <summary>It was checked, and is wanted.</summary>
    public void Add(EvidenceItem item)
    {
        _items = [.. _items.Append(item).OrderBy(i => i.Height)];
        Save();
    }

    /// <summary>Done with: convicted, or too old.</summary>
    public void Remove(Func<EvidenceItem, bool> isDone)
    {
        if (!_items.Exists(i => isDone(i))) return;
        _items = [.. _items.Where(i => !isDone(i))];
        Save();
    }

    /// <summary>A block carried it in vain, or could not carry it: it must not cost another turn.</summary>
    public void Refuse(IReadOnlyList<EvidenceItem> items)
    {
        foreach (EvidenceItem item in items)
        {
            foreach (uint slot in item.Offenders)
            {
                Place place = new(slot, item.Epoch, item.Height, item.Kind);
                if (!_refused.Add(place)) continue;
                _refusedByAge.Enqueue(place);
                if (_refusedByAge.Count > MaxRefused) _refused.Remove(_refusedByAge.Dequeue());
            }
        }

        Remove(i => items.Contains(i));
    }

    private void Save()
    {
        _bytes = _items.Sum(LengthOf);
        RlpWriter w = new(1024);
        w.StartList();
        foreach (EvidenceItem item in _items) EvidenceCodec.Write(w, item);
        _store.Write([new(Key, _items.Count == 0 ? null : w.EndList().ToArray())]);
    }

    private static List<EvidenceItem> Decode(byte[]? encoded)
    {
        List<EvidenceItem> items = [];
        if (encoded is null) return items;
        RlpReader outer = new(encoded);
        if (!outer.TryReadList(out RlpReader r)) return items;
        while (items.Count < Capacity && !r.AtEnd && EvidenceCodec.TryRead(ref r, out EvidenceItem? item)) items.Add(item);
        return items;
    }

    private static int LengthOf(EvidenceItem item) => EvidenceCodec.Encode(item).Length;

    private readonly record struct Place(uint Slot, ulong Epoch, ulong Height, byte Kind);
}
