using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Network.Tests.Discovery;

/// <summary>What somebody can make a node do who has only a socket: nothing that hurts a third party, nothing that grows.</summary>
public sealed class AmplificationTests : IDisposable
{
    private static readonly IPEndPoint Node = IPEndPoint.Parse("198.18.0.1:30303"), Stranger = IPEndPoint.Parse("203.0.113.5:4000");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SimulatedUdp _network;
    private readonly TestNode _node;
    private readonly PrivateKey _key = PrivateKey.Generate();

    public AmplificationTests()
    {
        _network = new SimulatedUdp(_time);
        _node = new TestNode(_network, Node.ToString()).Started();
    }

    [Fact]
    public void Questions_without_an_endpoint_proof_get_no_answer()
    {
        Send(new FindNodePacket(NodeDiscovery.RandomTarget(), Later));
        Send(new EnrRequestPacket(Later));
        Assert.False(_network.SentTo.ContainsKey(Stranger));
        Assert.Equal(2, _node.Discovery.Counters.Unproved);
    }

    [Fact]
    public void After_the_proof_they_do()
    {
        List<SignedPacket> answers = Listen(answerPings: true);
        Send(Ping());
        Send(new FindNodePacket(NodeDiscovery.RandomTarget(), Later));
        Send(new EnrRequestPacket(Later));
        Assert.Contains(answers, a => a.Packet is NeighborsPacket);
        EnrResponsePacket response = (EnrResponsePacket)Assert.Single(answers, a => a.Packet is EnrResponsePacket).Packet;
        Assert.Equal(_node.Record.Current.Encoded.ToArray(), response.Record.ToArray());
        Assert.Equal(1, _node.Discovery.Count);
    }

    [Fact]
    public void A_proof_is_good_for_one_endpoint_and_twelve_hours()
    {
        List<SignedPacket> answers = Listen(answerPings: true);
        Send(Ping());
        IPEndPoint elsewhere = IPEndPoint.Parse("203.0.113.6:4000");
        Send(new FindNodePacket(NodeDiscovery.RandomTarget(), Later), elsewhere);
        Assert.False(_network.SentTo.ContainsKey(elsewhere));

        Send(new FindNodePacket(NodeDiscovery.RandomTarget(), Later));
        int before = answers.Count(a => a.Packet is NeighborsPacket);
        Assert.Equal(1, before);
        _network.Open(Stranger); // falls silent
        _time.Advance(TimeSpan.FromHours(13));
        Send(new FindNodePacket(NodeDiscovery.RandomTarget(), Later));
        Assert.Equal(1, _node.Discovery.Counters.Unproved - 1);
    }

    [Fact]
    public void A_pong_proves_nothing_unless_it_names_the_ping()
    {
        List<SignedPacket> answers = Listen(answerPings: false);
        Send(Ping());
        Assert.Contains(answers, a => a.Packet is PingPacket);
        Send(new PongPacket(default, Keccak256.Hash("guess"u8), Later, null));
        Send(new FindNodePacket(NodeDiscovery.RandomTarget(), Later));
        Assert.DoesNotContain(answers, a => a.Packet is NeighborsPacket);
        Assert.Equal(0, _node.Discovery.Count);
    }

    [Fact]
    public void Expired_packets_do_nothing()
    {
        Send(Ping() with { Expiration = Later - 21 });
        Assert.False(_network.SentTo.ContainsKey(Stranger));
        Assert.Equal(1, _node.Discovery.Counters.Expired);
    }

    [Fact]
    public void Pings_in_a_victims_name_bring_it_little_more_than_was_sent()
    {
        byte[] ping = PacketCodec.Encode(Ping(), _key, out _);
        for (int i = 0; i < 1000; i++) _network.Inject(ping, Stranger, Node);
        _network.Deliver();
        (int packets, long bytes) = _network.SentTo[Stranger];
        Assert.InRange(packets, 2, 61); // a pong for each that was let in, one ping
        Assert.InRange(bytes, 1, 60 * (ping.Length + 64) + 200);
        Assert.Equal(940, _node.Discovery.Counters.RateLimited);
    }

    [Fact]
    public void A_flood_from_everywhere_with_ever_new_keys_leaves_everything_bounded()
    {
        Random random = new(7);
        byte[][] pings = [.. Enumerable.Range(0, 200).Select(_ => PacketCodec.Encode(Ping(), PrivateKey.Generate(), out Hash256 hash))];
        for (int second = 0; second < 4; second++)
        {
            for (int i = 0; i < 3000; i++)
            {
                IPEndPoint from = new(new IPAddress([(byte)random.Next(1, 200), (byte)random.Next(256), (byte)random.Next(256), 1]), 4000);
                if (i % 2 == 0) _network.Inject(pings[random.Next(pings.Length)], from, Node);
                else _network.Inject(RandomBytes(random), from, Node);
            }

            _network.Run(TimeSpan.FromSeconds(1));
        }

        DiscoveryCounters counters = _node.Discovery.Counters;
        Assert.InRange(counters.Handled + counters.Malformed + counters.Expired, 1, 6_000);
        Assert.True(counters.RateLimited > 6_000, counters.ToString());
        Assert.Equal(0, _node.Discovery.Count);
        Assert.InRange(counters.Sent, 1, 2 * counters.Handled);
    }

    [Fact]
    public void What_is_remembered_is_bounded_in_number_and_time()
    {
        RecentMap<int, int> map = new(100, TimeSpan.FromSeconds(10), _time);
        for (int i = 0; i < 10_000; i++) map.Set(i % 150, i);
        Assert.Equal(100, map.Count);
        Assert.True(map.TryGet(99, out int last));
        Assert.Equal(9_999, last);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(map.Contains(99));
        map.Set(1, 1);
        Assert.Equal(1, map.Count);
    }

    public void Dispose()
    {
        _node.Dispose();
        _key.Dispose();
    }

    private ulong Later => (ulong)_time.GetUtcNow().ToUnixTimeSeconds() + 20;

    private PingPacket Ping() => new(new PacketEndpoint(Stranger.Address, Stranger.Port, Stranger.Port), default, Later, null);

    private void Send(DiscoveryPacket packet, IPEndPoint? from = null)
    {
        _network.Inject(PacketCodec.Encode(packet, _key, out _), from ?? Stranger, Node);
        _network.Deliver();
    }

    /// <summary>What arrives at the stranger.</summary>
    private List<SignedPacket> Listen(bool answerPings)
    {
        List<SignedPacket> arrived = [];
        _network.Open(Stranger).Start((datagram, from) =>
        {
            Assert.True(PacketCodec.TryDecode(datagram, out SignedPacket? packet));
            arrived.Add(packet);
            if (answerPings && packet.Packet is PingPacket) _network.Inject(PacketCodec.Encode(new PongPacket(default, packet.Hash, Later, null), _key, out Hash256 hash), Stranger, Node);
        });
        return arrived;
    }

    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[random.Next(2000)];
        random.NextBytes(bytes);
        return bytes;
    }
}
