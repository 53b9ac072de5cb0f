using System.Net;
using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Network.Tests.Discovery;

public sealed class PacketCodecTests
{
    private static readonly PrivateKey Key = new(Hex.Decode("0xb71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291"));

    [FixtureFact("p2p.zip")]
    public void Packets_of_later_versions_are_understood()
    {
        using JsonDocument vectors = Fixtures.ReadJson("p2p.zip", "eip8-vectors.json");
        JsonElement discv4 = vectors.RootElement.GetProperty("discv4");
        Assert.True(PrivateKey.TryParse(discv4.GetProperty("node_key").GetString(), out PrivateKey? signer));
        Dictionary<string, DiscoveryPacket> packets = [];
        foreach (JsonProperty vector in discv4.GetProperty("packets").EnumerateObject())
        {
            Assert.True(PacketCodec.TryDecode(Hex.Decode(vector.Value.GetString()!), out SignedPacket? packet), vector.Name);
            Assert.Equal(signer.PublicKey, packet.Sender);
            packets.Add(vector.Name, packet.Packet);
        }

        const ulong expiration = 1136239445;
        IPAddress left = IPAddress.Parse("2001:db8:3c4d:15::abcd:ef12"), right = IPAddress.Parse("2001:db8:85a3:8d3:1319:8a2e:370:7348");
        Assert.Equal(5, packets.Count);
        Assert.Equal(
            new PingPacket(new PacketEndpoint(IPAddress.Loopback, 3322, 5544), new PacketEndpoint(IPAddress.IPv6Loopback, 2222, 3333), expiration, 1),
            packets["ping_v4_extra_elements"]);
        Assert.Equal(
            new PingPacket(new PacketEndpoint(left, 3322, 5544), new PacketEndpoint(right, 2222, 33338), expiration, null),
            packets["ping_v555_extra_elements_and_random_data"]);
        Assert.Equal(
            new PongPacket(new PacketEndpoint(right, 2222, 33338), Hash256.Parse("0xfbc914b16819237dcd8801d7e53f69e9719adecb3cc0e790c57e91ca4461c954"), expiration, null),
            packets["pong_extra"]);
        Assert.Equal(new FindNodePacket(Key.PublicKey, expiration), packets["findnode_extra"]);
        NeighborsPacket neighbors = Assert.IsType<NeighborsPacket>(packets["neighbours_extra"]);
        Assert.Equal(expiration, neighbors.Expiration);
        Assert.Equal(
            ["99.33.22.55:4444/4445", "1.2.3.4:1/1", $"[{left}]:3333/3333", $"[{right}]:999/1000"],
            neighbors.Nodes.Select(n => $"{n.Udp}/{n.TcpPort}"));
        Assert.StartsWith("0x3155e1427f85f10a", neighbors.Nodes[0].PublicKey.ToString());
    }

    [Fact]
    public void Every_packet_is_read_as_it_was_written()
    {
        PacketEndpoint four = new(IPAddress.Parse("10.1.2.3"), 30303, 0), six = new(IPAddress.Parse("2001:db8::1"), 1, 65535), nowhere = new(null, 0, 0);
        NodeRecord record = NodeRecordCodec.Sign(Key, 3, []);
        DiscoveryPacket[] packets =
        [
            new PingPacket(nowhere, four, 7, 9),
            new PingPacket(six, nowhere, 7, null),
            new PongPacket(six, record.Id, 8, 1),
            new FindNodePacket(Key.PublicKey, 9),
            new EnrRequestPacket(10),
            new EnrResponsePacket(record.Id, record.Encoded.ToArray()),
        ];
        foreach (DiscoveryPacket packet in packets)
        {
            byte[] bytes = PacketCodec.Encode(packet, Key, out Hash256 hash);
            Assert.True(PacketCodec.TryDecode(bytes, out SignedPacket? read));
            Assert.Equal(hash, read.Hash);
            Assert.Equal(Key.PublicKey, read.Sender);
            if (packet is EnrResponsePacket sent)
            {
                EnrResponsePacket response = Assert.IsType<EnrResponsePacket>(read.Packet);
                Assert.Equal(sent.RequestHash, response.RequestHash);
                Assert.Equal(sent.Record.ToArray(), response.Record.ToArray());
            }
            else
            {
                Assert.Equal(packet, read.Packet);
            }
        }
    }

    [Fact]
    public void The_longest_neighbours_fit_into_a_packet()
    {
        IPEndPoint far = new(IPAddress.Parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 65535);
        NodeContact[] nodes = [.. Enumerable.Range(0, NeighborsPacket.MaxNodes).Select(_ => new NodeContact(NodeDiscovery.RandomTarget(), far, 65535))];
        byte[] bytes = PacketCodec.Encode(new NeighborsPacket(nodes, ulong.MaxValue), Key, out _);
        Assert.InRange(bytes.Length, 1, PacketCodec.MaxBytes);
        Assert.True(PacketCodec.TryDecode(bytes, out SignedPacket? read));
        Assert.Equal(nodes, Assert.IsType<NeighborsPacket>(read.Packet).Nodes);
    }

    [Fact]
    public void A_changed_short_or_overlong_packet_is_refused()
    {
        byte[] good = PacketCodec.Encode(new EnrRequestPacket(10), Key, out _);
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 0x10;
            Assert.False(PacketCodec.TryDecode(bad, out _), $"byte {i}");
            Assert.False(PacketCodec.TryDecode(good.AsSpan(0, i), out _), $"length {i}");
        }

        Assert.False(PacketCodec.TryDecode(Rehashed([.. good, .. new byte[PacketCodec.MaxBytes]]), out _));
        Assert.True(PacketCodec.TryDecode(Resigned(5, [0xc1, 0x0a, 0xff]), out _), "bytes behind the list");
        Assert.False(PacketCodec.TryDecode(Resigned(7, [0xc0]), out _), "an unknown type");
        Assert.False(PacketCodec.TryDecode(Resigned(3, [0xc2, 0x01, 0x02]), out _), "a short target");
    }

    [Fact]
    public void Whatever_is_signed_is_read_or_refused_without_an_exception() =>
        Gen.Select(Gen.Byte[0, 7], Gen.Byte.Array[0, 200]).Sample((type, data) =>
        {
            PacketData.TryRead((PacketType)type, data, out _);
            byte[] asList = [.. new RlpWriter().StartList().WriteRaw(data).EndList().ToArray()];
            PacketData.TryRead((PacketType)type, asList, out _);
        });

    private static byte[] Resigned(byte type, byte[] data)
    {
        byte[] content = [type, .. data];
        byte[] signature = CompactSignature.ToArray(Secp256k1.Default.Sign(Keccak256.Hash(content), Key.Bytes));
        return Rehashed([.. new byte[32], .. signature, .. content]);
    }

    private static byte[] Rehashed(byte[] packet)
    {
        Keccak256.Hash(packet.AsSpan(32)).Bytes.CopyTo(packet);
        return packet;
    }
}
