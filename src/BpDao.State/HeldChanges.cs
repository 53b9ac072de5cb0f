using BpDao.Core;
using BpDao.State.Tables;

namespace BpDao.State;

/// <summary>Changes that are not committed, by the root they lead to. Not for several threads.</summary>
internal sealed class HeldChanges
{
    private readonly Dictionary<Hash256, List<Held>> _byRoot = [];

    /// <param name="change">Held as often as it is added.</param>
    /// <param name="headNumber">The head at that time.</param>
    public void Add(StateChange change, ulong headNumber)
    {
        if (!_byRoot.TryGetValue(change.Root, out List<Held>? same)) _byRoot[change.Root] = same = [];
        same.Add(new Held(change, headNumber));
    }

    public void Remove(StateChange change)
    {
        if (!_byRoot.TryGetValue(change.Root, out List<Held>? same)) return;
        int index = same.FindIndex(held => ReferenceEquals(held.Change, change));
        if (index >= 0) same.RemoveAt(index);
        if (same.Count == 0) _byRoot.Remove(change.Root);
    }

    /// <summary>Drops what was held when the head was lower than that: nothing it stands on is retained any more.</summary>
    public void RemoveOlderThan(ulong headNumber)
    {
        foreach ((Hash256 root, List<Held> same) in _byRoot)
        {
            same.RemoveAll(held => held.HeadNumber < headNumber);
            if (same.Count == 0) _byRoot.Remove(root);
        }
    }

    /// <summary>The state with that root: a committed one, or held changes down to a committed one; null when neither leads there.</summary>
    public StateReader? Resolve(in Hash256 root, Func<Hash256, StateReader?> openCommitted) => Resolve(root, openCommitted, []);

    private StateReader? Resolve(in Hash256 root, Func<Hash256, StateReader?> openCommitted, HashSet<Hash256> visited)
    {
        if (openCommitted(root) is { } committed) return committed;

        // Changes may lead round in a circle, from a state back to it.
        if (!visited.Add(root) || !_byRoot.TryGetValue(root, out List<Held>? same)) return null;
        foreach (Held held in same)
        {
            if (Resolve(held.Change.ParentRoot, openCommitted, visited) is { } parent) return parent.With(held.Change);
        }

        return null;
    }

    private readonly record struct Held(StateChange Change, ulong HeadNumber);
}
