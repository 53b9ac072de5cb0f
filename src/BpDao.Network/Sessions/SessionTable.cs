using BpDao.Core;

namespace BpDao.Network.Sessions;

/// <summary>The open sessions, one a node. Thread-safe.</summary>
internal sealed class SessionTable(Hash256 ownId, IPeerGate gate)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Hash256, Session> _byId = [];
    private volatile IReadOnlyList<IPeer> _peers = [];
    private bool _isClosed;

    /// <summary>A copy that does not change.</summary>
    public IReadOnlyList<IPeer> Peers => _peers;

    public bool Contains(in Hash256 id)
    {
        lock (_lock) return _byId.ContainsKey(id);
    }

    /// <summary>Lets a session in, or says why not. Waits for the end of one that it takes the place of.</summary>
    public async Task<DisconnectReason?> TryAddAsync(Session session, PeerCandidate candidate)
    {
        while (true)
        {
            Session? existing;
            lock (_lock)
            {
                if (_isClosed) return DisconnectReason.ClientQuitting;
                if (!_byId.TryGetValue(session.Id, out existing))
                {
                    if (gate.Refuse(candidate, _peers) is { } reason) return reason;
                    _byId.Add(session.Id, session);
                    Publish();
                    return null;
                }
            }

            if (existing.End is null)
            {
                if (!Replaces(session, existing)) return DisconnectReason.AlreadyConnected;
                existing.Disconnect(DisconnectReason.AlreadyConnected, "both ends dialled");
            }

            await existing.Left;
        }
    }

    /// <summary>A session that has ended is no peer any more, but its place stays taken until <see cref="Remove"/>.</summary>
    public void Hide()
    {
        lock (_lock) Publish();
    }

    /// <summary>Everybody knows of the end: another session with the same node may begin.</summary>
    public void Remove(Session session)
    {
        lock (_lock) _byId.Remove(session.Id);
    }

    /// <summary>Lets nobody in any more.</summary>
    /// <returns>Who is still there.</returns>
    public IReadOnlyList<Session> Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            return [.. _byId.Values];
        }
    }

    private void Publish() => _peers = [.. _byId.Values.Where(session => session.End is null)];

    /// <summary>Two nodes that dial each other at once must keep the same one of the two connections: the one dialled by the smaller id. Of two in
    /// the same direction the older stays.</summary>
    private bool Replaces(Session session, Session existing)
    {
        if (session.IsInbound == existing.IsInbound) return false;
        return session.IsInbound ? session.Id < ownId : ownId < session.Id;
    }
}
