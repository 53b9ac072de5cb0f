using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>This node's end of all RLPx sessions. Thread-safe.</summary>
public interface IPeerHost
{
    /// <summary>This node's own key.</summary>
    PublicKey PublicKey { get; }

    /// <summary>The sessions that are open now: a copy that does not change.</summary>
    IReadOnlyList<IPeer> Peers { get; }

    /// <summary>A session is open and its protocols have been told. Raised before the first message is handled, on the session's reading thread: return soon.</summary>
    event Action<IPeer>? SessionOpened;

    /// <summary>A session that was reported as open has ended; its protocols have been told.</summary>
    event Action<IPeer, SessionEnd>? SessionClosed;

    /// <summary>Connects, shakes hands and says Hello. Returns when the session is open or has failed, and never throws for what the network or the other
    /// end does; bounded by <see cref="RlpxOptions.ConnectTimeout"/> and <see cref="RlpxOptions.HandshakeTimeout"/>.</summary>
    Task<DialResult> DialAsync(Enode node, CancellationToken cancellation = default);
}
