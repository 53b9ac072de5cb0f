namespace BpDao.Network;

/// <summary>A protocol that this node speaks. Of several versions with one name the highest that both sides have is used.</summary>
public interface IProtocol
{
    Capability Capability { get; }

    /// <summary>Message codes run from 0 to one less; both sides of a session must agree on it.</summary>
    int MessageCount { get; }

    /// <summary>Longest payload of that code in bytes, after decompression. A longer one ends the session before it is decompressed.</summary>
    int MaxMessageBytes(int code);

    /// <summary>Messages of that code are sent before all that wait and are not urgent; among themselves each kind keeps its order. Whoever answers
    /// both in megabytes and in votes does not want the votes to wait for the megabytes.</summary>
    bool IsUrgent(int code) => false;

    /// <summary>A peer that shares the capability is there: Hello is done, nothing of the protocol was said.</summary>
    IProtocolHandler Open(IPeer peer);
}

/// <summary>One protocol with one peer.</summary>
public interface IProtocolHandler
{
    /// <summary>Called for one message after the other, on the session's reading thread, and must return soon. While it does not, the peer's
    /// next messages wait in the socket, so nothing a peer sends grows memory. The payload is only valid during the call.</summary>
    /// <param name="code">From 0 to the protocol's message count less one.</param>
    void OnMessage(int code, ReadOnlySpan<byte> payload);

    /// <summary>Called once, when the session has ended, whoever ended it.</summary>
    void OnDisconnected(DisconnectReason reason);
}
