using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>The other end of an established RLPx session, as protocols see it. Thread-safe.</summary>
public interface IPeer
{
    /// <summary>keccak256 of the node's public key: the id of discv4 and the peer id of everything above the network.</summary>
    Hash256 Id { get; }

    PublicKey PublicKey { get; }

    IPEndPoint RemoteEndPoint { get; }

    /// <summary>What the peer calls itself; for people only, cut to printable ASCII.</summary>
    string ClientId { get; }

    /// <summary>The capabilities in use on this session.</summary>
    IReadOnlyList<Capability> Capabilities { get; }

    bool IsInbound { get; }

    /// <summary>Named by the operator: not counted against limits, not dropped for a low score.</summary>
    bool IsTrusted { get; }

    /// <summary>Queues a message; the payload is not copied and must not change afterwards. False when the session has ended or its bounded queue of outgoing bytes is full: then the message is lost, and
    /// the caller decides what that means.</summary>
    /// <exception cref="ArgumentException">The capability is not in use here, or has no such code: our own mistake.</exception>
    bool TrySend(Capability capability, int code, ReadOnlyMemory<byte> payload);

    /// <summary>Lowers the peer's score; at zero it is disconnected and not let in again for a while.</summary>
    /// <param name="points">Of 100; a useless message costs 1, a forged one 25.</param>
    /// <param name="reason">For the log.</param>
    void Penalise(int points, string reason);

    void Disconnect(DisconnectReason reason, string detail);
}
