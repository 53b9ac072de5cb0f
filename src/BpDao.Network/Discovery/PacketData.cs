using System.Diagnostics.CodeAnalysis;
using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>The RLP lists in discv4 packets.</summary>
internal static class PacketData
{
    private const ulong Version = 4;

    public static void Write(RlpWriter writer, DiscoveryPacket packet)
    {
        writer.StartList();
        switch (packet)
        {
            case PingPacket ping:
                writer.Write(Version);
                WriteEndpoint(writer, ping.From);
                WriteEndpoint(writer, ping.To);
                writer.Write(ping.Expiration);
                if (ping.Sequence is { } ours) writer.Write(ours);
                break;
            case PongPacket pong:
                WriteEndpoint(writer, pong.To);
                writer.Write(pong.PingHash).Write(pong.Expiration);
                if (pong.Sequence is { } sequence) writer.Write(sequence);
                break;
            case FindNodePacket find:
                writer.Write(find.Target.Bytes).Write(find.Expiration);
                break;
            case NeighborsPacket neighbors:
                writer.StartList();
                foreach (NodeContact node in neighbors.Nodes)
                {
                    writer.StartList().Write(node.Udp.Address.GetAddressBytes()).Write((ulong)node.Udp.Port).Write((ulong)node.TcpPort);
                    writer.Write(node.PublicKey.Bytes).EndList();
                }

                writer.EndList().Write(neighbors.Expiration);
                break;
            case EnrRequestPacket request:
                writer.Write(request.Expiration);
                break;
            case EnrResponsePacket response:
                writer.Write(response.RequestHash).WriteRaw(response.Record.Span);
                break;
        }

        writer.EndList();
    }

    public static bool TryRead(PacketType type, ReadOnlySpan<byte> data, [NotNullWhen(true)] out DiscoveryPacket? packet)
    {
        packet = null;
        RlpReader reader = new(data);
        if (!reader.TryReadList(out RlpReader fields)) return false;
        packet = type switch
        {
            PacketType.Ping => ReadPing(fields),
            PacketType.Pong => ReadPong(fields),
            PacketType.FindNode => ReadFindNode(fields),
            PacketType.Neighbors => ReadNeighbors(fields),
            PacketType.EnrRequest => fields.TryReadUInt64(out ulong expiration) ? new EnrRequestPacket(expiration) : null,
            PacketType.EnrResponse => ReadEnrResponse(fields),
            _ => null,
        };
        return packet is not null;
    }

    /// <summary>Any version is as good as ours (EIP-8).</summary>
    private static PingPacket? ReadPing(RlpReader fields) =>
        fields.TryReadUInt64(out _) && TryReadEndpoint(ref fields, out PacketEndpoint from) && TryReadEndpoint(ref fields, out PacketEndpoint to)
        && fields.TryReadUInt64(out ulong expiration)
            ? new PingPacket(from, to, expiration, ReadSequence(fields))
            : null;

    private static PongPacket? ReadPong(RlpReader fields) =>
        TryReadEndpoint(ref fields, out PacketEndpoint to) && fields.TryReadHash(out Hash256 hash) && fields.TryReadUInt64(out ulong expiration)
            ? new PongPacket(to, hash, expiration, ReadSequence(fields))
            : null;

    private static FindNodePacket? ReadFindNode(RlpReader fields) =>
        fields.TryReadBytes(out ReadOnlySpan<byte> target) && target.Length == PublicKey.Size && fields.TryReadUInt64(out ulong expiration)
            ? new FindNodePacket(new PublicKey(target), expiration)
            : null;

    private static NeighborsPacket? ReadNeighbors(RlpReader fields)
    {
        if (!fields.TryReadList(out RlpReader list) || !fields.TryReadUInt64(out ulong expiration)) return null;
        List<NodeContact> nodes = [];
        while (!list.AtEnd)
        {
            if (!list.TryReadList(out RlpReader node) || !TryReadPlace(ref node, out PacketEndpoint place)) return null;
            if (!node.TryReadBytes(out ReadOnlySpan<byte> key) || key.Length != PublicKey.Size) return null;
            if (place is { Address: { } address, UdpPort: > 0 }) nodes.Add(new NodeContact(new PublicKey(key), new IPEndPoint(address, place.UdpPort), place.TcpPort));
        }

        return new NeighborsPacket(nodes, expiration);
    }

    private static EnrResponsePacket? ReadEnrResponse(RlpReader fields) =>
        fields.TryReadHash(out Hash256 request) && fields.TryReadRaw(out ReadOnlySpan<byte> record) && record.Length <= NodeRecord.MaxBytes
            ? new EnrResponsePacket(request, record.ToArray())
            : null;

    /// <summary>Something else may stand there in packets of later versions; then nothing is said of a record.</summary>
    private static ulong? ReadSequence(RlpReader rest) => !rest.AtEnd && rest.TryReadUInt64(out ulong sequence) ? sequence : null;

    private static void WriteEndpoint(RlpWriter writer, PacketEndpoint endpoint) =>
        writer.StartList().Write(endpoint.Address?.GetAddressBytes() ?? []).Write((ulong)endpoint.UdpPort).Write((ulong)endpoint.TcpPort).EndList();

    private static bool TryReadEndpoint(ref RlpReader fields, out PacketEndpoint endpoint)
    {
        endpoint = default;
        return fields.TryReadList(out RlpReader list) && TryReadPlace(ref list, out endpoint);
    }

    private static bool TryReadPlace(ref RlpReader fields, out PacketEndpoint endpoint)
    {
        endpoint = default;
        if (!fields.TryReadBytes(out ReadOnlySpan<byte> ip) || !fields.TryReadUInt64(out ulong udp) || !fields.TryReadUInt64(out ulong tcp)) return false;
        if (udp > ushort.MaxValue || tcp > ushort.MaxValue) return false;
        endpoint = new PacketEndpoint(ip.Length is 4 or 16 ? Unmapped(new IPAddress(ip)) : null, (int)udp, (int)tcp);
        return true;
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
