using BpDao.Core;

namespace BpDao.Network;

/// <summary>What can be set about discovery.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Whom to ask first. Those without an IP address or a UDP port are looked up or left out by <see cref="NodeDiscovery.StartAsync"/>.</summary>
    public IReadOnlyList<Enode> Bootnodes { get; init; } = [];

    /// <summary>Nodes that were good before a restart: asked beside the bootnodes.</summary>
    public IReadOnlyList<Enode> KnownNodes { get; init; } = [];

    /// <summary>Whether a node that announces this fork id is worth a connection; everybody takes part in the table.</summary>
    public Func<ForkId, bool> IsCompatible { get; init; } = static _ => true;

    /// <summary>A request without an answer for so long has failed.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an answered ping proves where a node is (discv4: 12 hours).</summary>
    public TimeSpan ProofLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>One node of the table is asked whether it is still there so often.</summary>
    public TimeSpan RevalidationInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A lookup of a random key is made so often, ten times as often while fewer than 16 nodes are known or the last one found new ones.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Packets at once and a second from one address, and a second from all.</summary>
    public int PacketBurst { get; init; } = 60;

    public int PacketsPerSecond { get; init; } = 20;

    public int TotalPacketsPerSecond { get; init; } = 1000;
}

/// <summary>Packets since the start, by what became of them.</summary>
public readonly record struct DiscoveryCounters(long Handled, long RateLimited, long Malformed, long Expired, long Unproved, long Unsolicited, long Sent);
