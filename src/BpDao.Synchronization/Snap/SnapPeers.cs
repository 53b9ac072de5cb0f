using System.Collections.Immutable;

namespace BpDao.Synchronization.Snap;

/// <summary>The peers that speak <c>snap/1</c> now. Thread-safe.</summary>
public sealed class SnapPeers
{
    private readonly Lock _lock = new();
    private ImmutableArray<SnapSession> _sessions = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count => _sessions.Length;

    internal ImmutableArray<SnapSession> Sessions
    {
        get
        {
            lock (_lock) return _sessions;
        }
    }

    /// <summary>Ends when a peer has come or gone after the call.</summary>
    internal Task Changed
    {
        get
        {
            lock (_lock) return _changed.Task;
        }
    }

    internal void Add(SnapSession session) => Change(sessions => sessions.Add(session));

    internal void Remove(SnapSession session) => Change(sessions => sessions.Remove(session));

    private void Change(Func<ImmutableArray<SnapSession>, ImmutableArray<SnapSession>> change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _sessions = change(_sessions);
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }
}
