using BpDao.Core;
using BpDao.State.Tables;

namespace BpDao.State;

/// <summary>Changes that are not committed, by the root they lead to. Not for several threads.</summary>
internal sealed class HeldChanges
{
    private readonly Dictionary<Hash256, List<StateChange>> _byRoot = [];

    /// <summary>A change is held as often as it is added.</summary>
    public void Add(StateChange change)
    {
        if (!_byRoot.TryGetValue(change.Root, out List<StateChange>? same)) _byRoot[change.Root] = same = [];
        same.Add(change);
    }

    public void Remove(StateChange change)
    {
        if (!_byRoot.TryGetValue(change.Root, out List<StateChange>? same)) return;
        int index = same.FindIndex(held => ReferenceEquals(held, change));
        if (index >= 0) same.RemoveAt(index);
        if (same.Count == 0) _byRoot.Remove(change.Root);
    }

    /// <summary>The state with that root: a committed one, or held changes down to a committed one; null when neither leads there.</summary>
    public StateReader? Resolve(in Hash256 root, Func<Hash256, StateReader?> openCommitted) => Resolve(root, openCommitted, []);

    private StateReader? Resolve(in Hash256 root, Func<Hash256, StateReader?> openCommitted, HashSet<Hash256> visited)
    {
        if (openCommitted(root) is { } committed) return committed;

        // Changes may lead round in a circle, from a state back to it.
        if (!visited.Add(root) || !_byRoot.TryGetValue(root, out List<StateChange>? same)) return null;
        foreach (StateChange change in same)
        {
            if (Resolve(change.ParentRoot, openCommitted, visited) is { } parent) return parent.With(change);
        }

        return null;
    }
}
