using BpDao.Core;

namespace BpDao.Network;

/// <summary>The sessions that are open and how those before them ended; whoever was good company is remembered. Not thread-safe.</summary>
internal sealed class HeldSessions(KnownNodes known, TimeProvider time)
{
    /// <summary>A session that ends sooner was no good.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(20);

    private readonly Dictionary<Hash256, OpenSession> _open = [];
    private readonly Dictionary<DisconnectReason, long> _endedByUs = [], _endedByPeers = [];

    /// <summary>Since the start.</summary>
    public long Opened { get; private set; }

    /// <summary>Since the start, by reason: a copy.</summary>
    public Dictionary<DisconnectReason, long> EndedByUs => new(_endedByUs);

    /// <inheritdoc cref="EndedByUs"/>
    public Dictionary<DisconnectReason, long> EndedByPeers => new(_endedByPeers);

    /// <param name="node">Null when the other end dialled.</param>
    public void Open(in Hash256 id, Enode? node)
    {
        Opened++;
        _open[id] = new OpenSession(node, time.GetTimestamp());
    }

    /// <summary>Whether it was any good; null when no such session was open.</summary>
    public bool? Close(in Hash256 id, SessionEnd end)
    {
        Dictionary<DisconnectReason, long> ended = end.ByPeer ? _endedByPeers : _endedByUs;
        ended[end.Reason] = ended.GetValueOrDefault(end.Reason) + 1;
        return _open.Remove(id, out OpenSession? session) ? IsGood(session) : null;
    }

    /// <summary>Passes those on to the known nodes whose listening address is known: those that were dialled, and those that discovery has found.</summary>
    public void Remember(IReadOnlyList<NodeContact> found)
    {
        Dictionary<Hash256, NodeContact> byId = found.ToDictionary(c => c.Id);
        foreach ((Hash256 id, OpenSession session) in _open)
        {
            if (!IsGood(session)) continue;
            if ((session.Node ?? (byId.TryGetValue(id, out NodeContact? contact) ? contact.ToEnode() : null)) is { } node) known.Remember(node);
        }
    }

    private bool IsGood(OpenSession session) => time.GetElapsedTime(session.OpenedAt) >= Short;

    private sealed record OpenSession(Enode? Node, long OpenedAt);
}
