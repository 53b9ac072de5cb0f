using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>A message of discv4, with the extension of EIP-868.</summary>
/// <param name="Expiration">Unix seconds; the packet is void afterwards. Absent in a response to a request for a record.</param>
internal abstract record DiscoveryPacket(ulong Expiration)
{
    /// <summary>The byte before the data.</summary>
    public abstract PacketType Type { get; }
}

/// <summary>First byte of what is signed.</summary>
internal enum PacketType : byte
{
    Ping = 1,
    Pong = 2,
    FindNode = 3,
    Neighbors = 4,
    EnrRequest = 5,
    EnrResponse = 6,
}

/// <summary>An address as packets carry it.</summary>
/// <param name="Address">Null when it has not 4 or 16 bytes: not everybody knows where it is.</param>
internal readonly record struct PacketEndpoint(IPAddress? Address, int UdpPort, int TcpPort);

/// <param name="Sequence">Of the sender's record; null from nodes before EIP-868.</param>
internal sealed record PingPacket(PacketEndpoint From, PacketEndpoint To, ulong Expiration, ulong? Sequence) : DiscoveryPacket(Expiration)
{
    public override PacketType Type => PacketType.Ping;
}

/// <param name="PingHash">Hash of the whole ping that is answered.</param>
internal sealed record PongPacket(PacketEndpoint To, Hash256 PingHash, ulong Expiration, ulong? Sequence) : DiscoveryPacket(Expiration)
{
    public override PacketType Type => PacketType.Pong;
}

/// <param name="Target">64 bytes, a key or any others; whose hash is close to theirs is asked for.</param>
internal sealed record FindNodePacket(PublicKey Target, ulong Expiration) : DiscoveryPacket(Expiration)
{
    public override PacketType Type => PacketType.FindNode;
}

internal sealed record NeighborsPacket(IReadOnlyList<NodeContact> Nodes, ulong Expiration) : DiscoveryPacket(Expiration)
{
    /// <summary>So many with IPv6 addresses fit into 1280 bytes.</summary>
    public const int MaxNodes = 12;

    public override PacketType Type => PacketType.Neighbors;
}

internal sealed record EnrRequestPacket(ulong Expiration) : DiscoveryPacket(Expiration)
{
    public override PacketType Type => PacketType.EnrRequest;
}

/// <param name="Record">Its encoding, not verified: only an answer that was asked for is worth the work.</param>
internal sealed record EnrResponsePacket(Hash256 RequestHash, ReadOnlyMemory<byte> Record) : DiscoveryPacket(ulong.MaxValue)
{
    public override PacketType Type => PacketType.EnrResponse;
}
