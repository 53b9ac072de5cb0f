using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Network.Tests.Peers;

public sealed class PeerGateTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Those_who_knock_get_their_share_and_no_more()
    {
        (PeerGate gate, _) = Gate(new PeerOptions { MaxPeers = 12, InboundPercent = 50 });
        FakeHost host = new(gate);
        Assert.Equal(6, Enumerable.Range(0, 100).Count(i => host.Connect(Key(), Public(i), isInbound: true, out _) is null));
        Assert.Equal(DisconnectReason.TooManyPeers, host.Connect(Key(), Public(200), isInbound: true, out _));
        Assert.Equal(6, Enumerable.Range(100, 100).Count(i => host.Connect(Key(), Public(i), isInbound: false, out _) is null));
        Assert.Equal(12, host.Peers.Count);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(50, 33, 17)]
    public void Room_is_kept_for_both_directions(int max, int inbound, int outbound)
    {
        PeerOptions options = new() { MaxPeers = max };
        Assert.Equal((inbound, outbound), (options.MaxInbound, options.MaxOutbound));
    }

    [Fact]
    public void One_address_of_the_internet_gets_few_sessions_and_a_local_one_many()
    {
        (PeerGate gate, _) = Gate(new PeerOptions());
        FakeHost host = new(gate);
        IPAddress six = IPAddress.Parse("2a00:1:2:3::1");
        Assert.Equal(4, Enumerable.Range(0, 20).Count(i => host.Connect(Key(), new IPEndPoint(IPAddress.Parse("203.0.113.7"), 1000 + i), isInbound: false, out _) is null));
        Assert.Equal(4, Enumerable.Range(0, 20).Count(i => host.Connect(Key(), new IPEndPoint(OfSame64(six, i), 1000), isInbound: false, out _) is null));
        Assert.Equal(20, Enumerable.Range(0, 20).Count(i => host.Connect(Key(), new IPEndPoint(IPAddress.Loopback, 1000 + i), isInbound: false, out _) is null));
        Assert.Equal(20, Enumerable.Range(0, 20).Count(i => host.Connect(Key(), new IPEndPoint(IPAddress.Parse("192.168.7.7"), 1000 + i), isInbound: true, out _) is null));
    }

    [Fact]
    public void Nine_addresses_do_not_fill_the_room_for_those_who_knock_wherever_they_are()
    {
        (PeerGate gate, _) = Gate(new PeerOptions());
        FakeHost scattered = new(gate), neighbours = new(gate);
        int Knock(FakeHost host, Func<int, IPAddress> address) =>
            Enumerable.Range(0, 90).Count(i => host.Connect(Key(), new IPEndPoint(address(i % 9), 1000 + i), isInbound: true, out _) is null);
        Assert.Equal(18, Knock(scattered, i => new IPAddress([203, 0, (byte)i, 7])));
        Assert.Equal(2, Knock(neighbours, i => new IPAddress([203, 0, 113, (byte)i])));
        Assert.Equal(2, Knock(neighbours, i => IPAddress.Parse($"2a00:1:2:{i}::1")));
        Assert.Null(neighbours.Connect(Key(), new IPEndPoint(new IPAddress([203, 0, 113, 99]), 1), isInbound: false, out _));
        Assert.Null(scattered.Connect(Key(), Public(1), isInbound: true, out _));
    }

    [Fact]
    public void Named_peers_come_in_beyond_the_limits_and_are_not_counted()
    {
        Enode fixedOne = Node(1), trusted = Node(2);
        (PeerGate gate, _) = Gate(new PeerOptions { MaxPeers = 2, StaticPeers = [fixedOne], TrustedPeers = [trusted] });
        FakeHost host = new(gate);
        Assert.Null(host.Connect(Key(), Public(10), isInbound: true, out _));
        Assert.Null(host.Connect(Key(), Public(11), isInbound: false, out _));
        Assert.Equal(DisconnectReason.TooManyPeers, host.Connect(Key(), Public(12), isInbound: false, out _));
        Assert.Null(host.Connect(fixedOne.PublicKey, Public(13), isInbound: true, out FakePeer? first));
        Assert.Null(host.Connect(trusted.PublicKey, Public(14), isInbound: true, out FakePeer? second));
        Assert.False(gate.IsTrusted(first!.PublicKey));
        Assert.True(gate.IsTrusted(second!.PublicKey));
    }

    [Fact]
    public void A_peer_that_has_used_up_its_score_is_out_for_a_while_and_longer_each_time()
    {
        (PeerGate gate, _) = Gate(new PeerOptions { BanTime = TimeSpan.FromMinutes(10) });
        PublicKey key = Key();
        TimeSpan expected = TimeSpan.FromMinutes(10);
        for (int round = 0; round < 3; round++, expected *= 2)
        {
            FakePeer peer = new(key, Public(1), isInbound: true);
            Assert.Null(Refuse(gate, peer));
            for (int i = 0; i < 3; i++) gate.Penalise(peer, 25, "forged");
            Assert.Null(peer.Left);
            gate.Penalise(peer, 25, "forged again");
            Assert.Equal((DisconnectReason.BreachOfProtocol, "forged again"), peer.Left);
            Assert.Equal(DisconnectReason.UselessPeer, Refuse(gate, peer));
            Assert.False(gate.MayConnect(peer.RemoteEndPoint.Address));
            Assert.Equal(1, gate.Banned);
            _time.Advance(expected - TimeSpan.FromSeconds(1));
            Assert.Equal(DisconnectReason.UselessPeer, Refuse(gate, peer));
            _time.Advance(TimeSpan.FromSeconds(2));
            Assert.Null(Refuse(gate, peer));
            Assert.True(gate.MayConnect(peer.RemoteEndPoint.Address));
            Assert.Equal(0, gate.Banned);
        }
    }

    [Fact]
    public void Small_faults_heal_with_time()
    {
        (PeerGate gate, _) = Gate(new PeerOptions());
        FakePeer peer = new(Key(), Public(1), isInbound: false);
        for (int i = 0; i < 1000; i++)
        {
            gate.Penalise(peer, 1, "useless");
            _time.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.Null(peer.Left);
        for (int i = 0; i < 100; i++) gate.Penalise(peer, 1, "useless");
        Assert.NotNull(peer.Left);
    }

    [Fact]
    public void Reconnecting_does_not_wash_a_score_clean()
    {
        (PeerGate gate, _) = Gate(new PeerOptions());
        PublicKey key = Key();
        gate.Penalise(new FakePeer(key, Public(1), isInbound: true), 75, "forged");
        FakePeer again = new(key, Public(2), isInbound: true);
        gate.Penalise(again, 25, "forged");
        Assert.NotNull(again.Left);
    }

    [Fact]
    public void Trusted_peers_are_not_dropped_and_static_ones_soon_back()
    {
        Enode fixedOne = Node(1), trusted = Node(2);
        (PeerGate gate, PeerBook book) = Gate(new PeerOptions { StaticPeers = [fixedOne], TrustedPeers = [trusted] });
        FakePeer first = new(fixedOne.PublicKey, Public(1), isInbound: false), second = new(trusted.PublicKey, Public(2), isInbound: false);
        gate.Penalise(first, 100, "flood");
        gate.Penalise(second, 100, "flood");
        Assert.NotNull(first.Left);
        Assert.Null(second.Left);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(Refuse(gate, first));

        book.Distrust(trusted.PublicKey);
        gate.Penalise(second, 100, "flood");
        Assert.NotNull(second.Left);
    }

    [Fact]
    public void A_ban_of_a_local_node_leaves_its_neighbours_alone()
    {
        (PeerGate gate, _) = Gate(new PeerOptions());
        FakePeer peer = new(Key(), new IPEndPoint(IPAddress.Loopback, 5), isInbound: true);
        gate.Penalise(peer, 100, "flood");
        Assert.Equal(DisconnectReason.UselessPeer, Refuse(gate, peer));
        Assert.True(gate.MayConnect(IPAddress.Loopback));
        Assert.Null(Refuse(gate, new FakePeer(Key(), new IPEndPoint(IPAddress.Loopback, 6), isInbound: true)));
    }

    [Fact]
    public void One_address_cannot_connect_as_fast_as_it_likes()
    {
        (PeerGate gate, _) = Gate(new PeerOptions());
        IPAddress address = IPAddress.Parse("203.0.113.7");
        Assert.Equal(10, Enumerable.Range(0, 1000).Count(_ => gate.MayConnect(address)));
        Assert.Equal(990, gate.TurnedAway);
        Assert.True(gate.MayConnect(IPAddress.Parse("203.0.114.7")));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, Enumerable.Range(0, 10).Count(_ => gate.MayConnect(address)));
    }

    /// <summary>Behind a proxy everybody comes from one local address, and a handshake costs what it costs.</summary>
    [Fact]
    public void Local_networks_connect_as_fast_as_all_others_together_and_apart_from_them()
    {
        (PeerGate gate, _) = Gate(new PeerOptions());
        Assert.Equal(200, Enumerable.Range(0, 1000).Count(i => gate.MayConnect(i % 2 == 0 ? IPAddress.Loopback : IPAddress.Parse("192.168.7.7"))));
        Assert.Equal(800, gate.TurnedAway);
        Assert.Equal(200, Enumerable.Range(0, 1000).Count(i => gate.MayConnect(Public(i).Address)));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(100, Enumerable.Range(0, 1000).Count(_ => gate.MayConnect(IPAddress.Loopback)));
    }

    [Fact]
    public void A_hundred_thousand_offenders_are_remembered_in_bounded_memory()
    {
        BanList bans = new(TimeSpan.FromMinutes(10), _time);
        Span<byte> id = stackalloc byte[32];
        for (int i = 0; i < 100_000; i++)
        {
            BitConverter.TryWriteBytes(id, i);
            Hash256 node = new(id);
            bans.Add(node, 50);
            bans.Ban(node, new IPAddress((long)i << 8 | 5));
        }

        Assert.Equal(4096, bans.Count);
        BitConverter.TryWriteBytes(id, 99_999);
        Assert.True(bans.IsBanned(new Hash256(id)));
    }

    internal static PublicKey Key() => NodeDiscovery.RandomTarget();

    internal static IPEndPoint Public(int number) => new(new IPAddress([198, 18, (byte)number, 1]), 30303);

    internal static Enode Node(int number) => new(Key(), Public(number));

    private static DisconnectReason? Refuse(PeerGate gate, FakePeer peer) =>
        gate.Refuse(new PeerCandidate(peer.PublicKey, peer.RemoteEndPoint, peer.IsInbound, "fake", []), []);

    private (PeerGate Gate, PeerBook Book) Gate(PeerOptions options)
    {
        PeerBook book = new(options);
        return (new PeerGate(options, book, _time, NullLogger.Instance), book);
    }

    private static IPAddress OfSame64(IPAddress address, int number)
    {
        byte[] bytes = address.GetAddressBytes();
        bytes[15] = (byte)number;
        return new IPAddress(bytes);
    }
}
