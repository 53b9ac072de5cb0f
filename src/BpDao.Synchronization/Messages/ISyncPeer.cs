using BpDao.Consensus;

namespace BpDao.Synchronization;

/// <summary>A peer that speaks the synchronisation messages of <c>bpdao/1</c>. Thread-safe.</summary>
public interface ISyncPeer
{
    PeerId Id { get; }

    /// <summary>False when the session has ended or its queue is full; the message is then lost.</summary>
    /// <param name="code">Of <see cref="SyncMessageCode"/>.</param>
    bool TrySend(int code, ReadOnlyMemory<byte> payload);

    /// <summary>Of 100 points; see <see cref="Network.IPeer.Penalise"/>.</summary>
    void Penalise(int points, string reason);

    /// <summary>Ends the session for a reason that is not the peer's fault.</summary>
    void Disconnect(string detail);
}

/// <summary>Where the wire delivers codes 0x20 to 0x2f. Calls for one peer come one after the other; those of several peers may come together.</summary>
public interface ISyncSessions
{
    /// <summary>Before the peer's first message.</summary>
    void Connected(ISyncPeer peer);

    /// <summary>Whether that is the answer to a question that was put to this peer and is open: the first one alone, so who asks bounds what comes.</summary>
    bool IsAwaited(ISyncPeer peer, int code, ReadOnlySpan<byte> payload);

    /// <summary>Returns soon. The payload is only valid during the call and no longer than <see cref="SyncMessageCode.MaxBytes"/>.</summary>
    void Received(ISyncPeer peer, int code, ReadOnlySpan<byte> payload);

    /// <summary>Nothing more comes from it.</summary>
    void Disconnected(ISyncPeer peer);
}
