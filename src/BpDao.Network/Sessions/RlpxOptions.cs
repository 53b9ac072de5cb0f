using System.Net;

namespace BpDao.Network;

/// <summary>What can be set about RLPx sessions.</summary>
public sealed record RlpxOptions
{
    /// <summary>Where to listen; port 0 takes a free one; null does not listen.</summary>
    public IPEndPoint? Listen { get; init; } = new(IPAddress.Any, 30303);

    /// <summary>What this node calls itself in Hello; at most 256 ASCII characters.</summary>
    public string ClientId { get; init; } = "BpDao";

    /// <summary>For TCP alone.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the connection to the other end's Hello.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A session that received nothing for so long is pinged.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A session that received no whole message for so long has ended, and so has one whose peer takes no bytes for so long.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Incoming connections that have not said Hello yet; when one more comes, the one that has waited longest is closed without a word.</summary>
    public int MaxPendingInbound { get; init; } = 64;

    /// <summary>Bytes of messages of one capability and urgency that wait for one peer. What does not fit is not sent (<see cref="IPeer.TrySend"/>).</summary>
    public int MaxQueuedBytes { get; init; } = 16 * 1024 * 1024;
}
