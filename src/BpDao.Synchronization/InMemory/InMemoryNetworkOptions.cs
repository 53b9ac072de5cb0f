using BpDao.Consensus;

namespace BpDao.Synchronization;

/// <summary>How the wires between the nodes of one process behave.</summary>
public sealed record InMemoryNetworkOptions
{
    /// <summary>Messages waiting at one endpoint; more are dropped and counted.</summary>
    public required int QueueCapacity { get; init; }

    /// <summary>How long a message from one endpoint to another is on its way. Zero delivers without a timer.</summary>
    public required Func<PeerId, PeerId, TimeSpan> Latency { get; init; }

    /// <summary>Without delay.</summary>
    public static InMemoryNetworkOptions Instant { get; } = new() { QueueCapacity = 4096, Latency = (_, _) => TimeSpan.Zero };
}
