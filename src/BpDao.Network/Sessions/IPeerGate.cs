using System.Net;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>Decides who may be connected: limits, bans, trust, scores. Called from many threads; must answer at once.</summary>
public interface IPeerGate
{
    /// <summary>Asked about an incoming connection before a byte of it is read. False closes it without a word.</summary>
    bool MayConnect(IPAddress remote);

    /// <summary>Asked when the other end has proved its key and said Hello, in either direction.</summary>
    /// <param name="connected">The sessions that are open; the question is asked and the session added under one lock, so limits are exact.</param>
    /// <returns>Null to let it in, otherwise what it is told.</returns>
    DisconnectReason? Refuse(PeerCandidate candidate, IReadOnlyList<IPeer> connected);

    /// <summary>Named by the operator; what <see cref="IPeer.IsTrusted"/> says.</summary>
    bool IsTrusted(PublicKey key);

    /// <summary>A protocol found fault (<see cref="IPeer.Penalise"/>). Ends the session itself when the score is used up.</summary>
    void Penalise(IPeer peer, int points, string reason);
}

/// <summary>A node that has proved its key and said Hello.</summary>
/// <param name="RemoteEndPoint">Of an incoming connection, the port is not the one that it listens on.</param>
/// <param name="Capabilities">Those in common with this node, at least one.</param>
public sealed record PeerCandidate(PublicKey PublicKey, IPEndPoint RemoteEndPoint, bool IsInbound, string ClientId, IReadOnlyList<Capability> Capabilities);
