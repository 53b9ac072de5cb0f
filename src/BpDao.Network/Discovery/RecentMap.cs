using System.Diagnostics.CodeAnalysis;

namespace BpDao.Network;

/// <summary>What was last seen of so many keys, for so long: neither strangers nor time make it grow. Not thread-safe.</summary>
/// <param name="capacity">When it is full, the key that was set longest ago makes room.</param>
/// <param name="lifetime">A value is forgotten so long after it was set.</param>
internal sealed class RecentMap<TKey, TValue>(int capacity, TimeSpan lifetime, TimeProvider time)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _oldestFirst = new();

    public int Count => _entries.Count;

    /// <summary>Those that are not forgotten yet, oldest first.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> Entries =>
        _oldestFirst.Where(IsFresh).Select(e => new KeyValuePair<TKey, TValue>(e.Key, e.Value));

    public bool Contains(TKey key) => TryGet(key, out _);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        bool found = _entries.TryGetValue(key, out LinkedListNode<Entry>? node) && IsFresh(node.Value);
        value = found ? node!.Value.Value : default;
        return found;
    }

    public void Set(TKey key, TValue value)
    {
        Remove(key);
        while (_oldestFirst.First is { } first && (_entries.Count >= capacity || !IsFresh(first.Value))) Remove(first.Value.Key);
        _entries[key] = _oldestFirst.AddLast(new Entry(key, value, time.GetTimestamp()));
    }

    public bool Remove(TKey key)
    {
        if (!_entries.Remove(key, out LinkedListNode<Entry>? node)) return false;
        _oldestFirst.Remove(node);
        return true;
    }

    private bool IsFresh(Entry entry) => time.GetElapsedTime(entry.SetAt) < lifetime;

    private readonly record struct Entry(TKey Key, TValue Value, long SetAt);
}
