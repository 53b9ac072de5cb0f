namespace BpDao.Network;

/// <summary>What became of an attempt to connect.</summary>
public enum DialOutcome
{
    /// <summary>A session is open.</summary>
    Connected,

    /// <summary>No TCP connection: refused, unreachable, too late, or the name is unknown.</summary>
    NotReachable,

    /// <summary>There was a connection, but nobody with that key who speaks RLPx.</summary>
    HandshakeFailed,

    /// <summary>This node ended it for <see cref="DialResult.Reason"/>.</summary>
    RefusedByUs,

    /// <summary>The other end ended it for <see cref="DialResult.Reason"/>.</summary>
    RefusedByPeer,
}

/// <summary>What became of an attempt to connect.</summary>
/// <param name="Peer">The open session; null unless <see cref="DialOutcome.Connected"/>.</param>
/// <param name="Reason">Of the refusals.</param>
/// <param name="Detail">For the log.</param>
public sealed record DialResult(DialOutcome Outcome, IPeer? Peer, DisconnectReason Reason, string Detail);
