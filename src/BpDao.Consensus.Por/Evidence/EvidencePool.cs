using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Evidence;

/// <summary>Evidence that waits for a payload. One item for each slot, epoch, height and kind; bounded, the dearest stay; on disk, so that a restart does not
/// forgive. What was carried and did not convict never comes back.</summary>
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
    private List<Entry> _entries;
    private IReadOnlyList<EvidenceItem> _items = [];

    public EvidencePool(ISafetyStore store)
    {
        _store = store;
        _entries = [.. Decode(store.Read(Key, out bool damaged)).Select(i => Entry.Of(i, default))];
        _items = [.. _entries.Select(e => e.Item)];
        WasDamaged = damaged;
    }

    /// <summary>Dearest first, then by height.</summary>
    public IReadOnlyList<EvidenceItem> Items => _items;

    /// <summary>The record was unreadable at start, and is forgotten.</summary>
    public bool WasDamaged { get; }

    /// <summary>It would convict somebody of something that no item here does.</summary>
    public bool Wants(EvidenceItem item) => item.Offenders.Any(slot => IsOpen(item, slot));

    /// <summary>Where there is no room, what would take less makes it.</summary>
    /// <param name="item">It was checked.</param>
    /// <param name="worth">REP that a conviction by it would take.</param>
    /// <returns>It is here now.</returns>
    public bool TryAdd(EvidenceItem item, UInt256 worth)
    {
        Entry added = Entry.Of(item, worth);
        if (WithRoomFor(added) is not { } rest) return false;
        Keep([.. rest, added]);
        Save();
        return true;
    }

    /// <summary>The worth of things has changed.</summary>
    /// <param name="worthOf">Null for what is done with: convicted, or too old.</param>
    public void Appraise(Func<EvidenceItem, UInt256?> worthOf)
    {
        int before = _entries.Count;
        Keep([.. _entries.Select(e => (Entry: e, Worth: worthOf(e.Item))).Where(p => p.Worth is not null).Select(p => p.Entry with { Worth = p.Worth!.Value })]);
        if (_entries.Count < before) Save();
    }

    public void Remove(Func<EvidenceItem, bool> isDone)
    {
        List<Entry> rest = _entries.FindAll(e => !isDone(e.Item));
        if (rest.Count == _entries.Count) return;
        Keep(rest);
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

    private bool IsOpen(EvidenceItem item, uint slot) =>
        !_refused.Contains(new Place(slot, item.Epoch, item.Height, item.Kind)) && !_entries.Exists(e => e.Accuses(slot, item));

    // What would be left; null when something that is worth as much would have to go.
    private List<Entry>? WithRoomFor(Entry added)
    {
        uint[] open = [.. added.Offenders.Where(slot => IsOpen(added.Item, slot))];
        List<Entry> rest = [.. _entries];
        bool fits = open.Any(slot => rest.Count(e => e.Offenders.Contains(slot)) < CapacityOfSlot) || TryDrop(rest, added.Worth, e => e.Offenders.Overlaps(open));
        while (fits && (rest.Count == Capacity || rest.Sum(e => e.Length) + added.Length > MaxBytes)) fits = TryDrop(rest, added.Worth, _ => true);
        return fits ? rest : null;
    }

    private static bool TryDrop(List<Entry> entries, UInt256 below, Predicate<Entry> match)
    {
        int lightest = entries.FindLastIndex(match);
        if (lightest < 0 || entries[lightest].Worth >= below) return false;
        entries.RemoveAt(lightest);
        return true;
    }

    private void Keep(List<Entry> entries)
    {
        _entries = [.. entries.OrderByDescending(e => e.Worth).ThenBy(e => e.Item.Height)];
        _items = [.. _entries.Select(e => e.Item)];
    }

    private void Save()
    {
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

    private readonly record struct Place(uint Slot, ulong Epoch, ulong Height, byte Kind);

    private sealed record Entry(EvidenceItem Item, UInt256 Worth, HashSet<uint> Offenders, int Length)
    {
        public static Entry Of(EvidenceItem item, UInt256 worth) => new(item, worth, [.. item.Offenders], EvidenceCodec.Encode(item).Length);

        public bool Accuses(uint slot, EvidenceItem ofTheSame) => Item.Epoch == ofTheSame.Epoch && Item.Height == ofTheSame.Height && Item.Kind == ofTheSame.Kind && Offenders.Contains(slot);
    }
}
