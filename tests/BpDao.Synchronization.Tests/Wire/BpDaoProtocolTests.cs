using BpDao.Consensus;
using BpDao.Core;
using BpDao.Network;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Synchronization.Tests;

/// <summary>bpdao/1 with peers that a test plays.</summary>
public sealed class BpDaoProtocolTests
{
    private static readonly Hash256 Genesis = Keccak256.Hash([1]);

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingSync _sync = new();
    private readonly List<(PeerId From, byte[] Message)> _received = [];
    private readonly BpDaoProtocol _protocol;

    public BpDaoProtocolTests()
    {
        _protocol = Protocol(new BpDaoOptions());
        _protocol.Received += (from, message) => _received.Add((from, message.ToArray()));
    }

    [Fact]
    public void A_peer_is_there_after_both_greeted()
    {
        List<PeerId> connected = [];
        _protocol.PeerConnected += connected.Add;
        TestPeer peer = new("one", BpDaoProtocol.Name);
        IProtocolHandler session = _protocol.Open(peer);
        Assert.Empty(_protocol.Peers);

        session.OnMessage(BpDaoMessage.Hello, peer.Sent[0].Payload);

        Assert.Equal([new PeerId(peer.Id)], connected);
        Assert.Equal([new PeerId(peer.Id)], _protocol.Peers);
        session.OnDisconnected(DisconnectReason.TcpError);
        Assert.Empty(_protocol.Peers);
        Assert.Equal(["connected", "disconnected"], _sync.Events);
    }

    [Fact]
    public void A_peer_of_another_network_or_genesis_or_version_is_told_so()
    {
        foreach (BpDaoHello other in (BpDaoHello[])[new(1, 8, Genesis), new(1, 7, Hash256.Zero), new(2, 7, Genesis)])
        {
            TestPeer peer = new("one", BpDaoProtocol.Name);
            _protocol.Open(peer).OnMessage(BpDaoMessage.Hello, other.Encode());

            Assert.Equal(DisconnectReason.SubprotocolReason, peer.Disconnected);
            Assert.Empty(_protocol.Peers);
        }
    }

    [Fact]
    public void Who_does_not_greet_is_disconnected()
    {
        TestPeer silent = new("one", BpDaoProtocol.Name), hasty = new("two", BpDaoProtocol.Name);
        _protocol.Open(silent);
        _protocol.Open(hasty).OnMessage(2, Message(2));

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(DisconnectReason.SubprotocolReason, silent.Disconnected);
        Assert.Equal(DisconnectReason.BreachOfProtocol, hasty.Disconnected);
        Assert.Empty(_received);
    }

    [Fact]
    public void A_message_of_the_engine_comes_with_its_sender_and_leaves_under_its_own_number()
    {
        (TestPeer peer, IProtocolHandler session) = Join("one");
        byte[] message = Message(9, 1, 2, 3);

        session.OnMessage(9, message);
        _protocol.Broadcast(message);

        (PeerId from, byte[] came) = Assert.Single(_received);
        Assert.Equal(new PeerId(peer.Id), from);
        Assert.Equal(message, came);
        Assert.Equal(9, peer.Sent[^1].Code);
        Assert.Equal(message, peer.Sent[^1].Payload);
    }

    [Fact]
    public void A_message_that_does_not_begin_with_its_number_breaks_the_protocol()
    {
        foreach ((int code, byte[] payload) in ((int, byte[])[])[(2, Message(3)), (2, [0x80]), (2, []), (0x1f, Message(1)), (0, Message(0))])
        {
            (TestPeer peer, IProtocolHandler session) = Join("one");
            session.OnMessage(code, payload);
            Assert.Equal((DisconnectReason.BreachOfProtocol, 25), (peer.Disconnected, peer.Penalty));
        }

        Assert.Empty(_received);
    }

    [Fact]
    public void Rubbish_never_throws() => Gen.Select(Gen.Int[0, 0x2f], Gen.Byte.Array[0, 100]).Sample(
        (code, payload) => Join("one").Session.OnMessage(code, payload), iter: 2_000, threads: 1);

    [Fact]
    public void A_message_is_sent_to_one_peer_or_to_all()
    {
        TestPeer[] peers = [.. Enumerable.Range(0, 5).Select(i => Join($"{i}").Peer)];

        _protocol.Broadcast(Message(2));
        _protocol.Send(new PeerId(peers[3].Id), Message(4));

        Assert.All(peers, p => Assert.Contains(p.Sent, m => m.Code == 2));
        Assert.Equal([peers[3]], peers.Where(p => p.Sent.Any(m => m.Code == 4)));
    }

    [Fact]
    public void What_is_relayed_goes_to_few_who_do_not_have_it_and_never_back()
    {
        (TestPeer Peer, IProtocolHandler Session)[] all = [.. Enumerable.Range(0, 40).Select(i => Join($"{i}"))];
        byte[] message = Message(2, 5);
        all[0].Session.OnMessage(2, message);
        all[1].Session.OnMessage(2, message);

        _protocol.Relay(new PeerId(all[0].Peer.Id), message);
        TestPeer[] first = [.. all.Select(a => a.Peer).Where(p => p.Sent.Any(m => m.Code == 2))];
        _protocol.Relay(new PeerId(all[0].Peer.Id), message);
        TestPeer[] both = [.. all.Select(a => a.Peer).Where(p => p.Sent.Any(m => m.Code == 2))];

        Assert.Equal(RelayMemory.FanoutOf(40), first.Length);
        Assert.DoesNotContain(all[0].Peer, both);
        Assert.DoesNotContain(all[1].Peer, both);
        Assert.Equal(2 * first.Length, both.Length);
        Assert.All(both, p => Assert.Single(p.Sent, m => m.Code == 2));
    }

    [Fact]
    public void Too_many_messages_are_thrown_away_and_cost_points()
    {
        BpDaoProtocol protocol = Protocol(new BpDaoOptions { Messages = (10, 20), Bytes = (100, 1_000) });
        (TestPeer many, IProtocolHandler first) = Join("many", protocol);
        (TestPeer @long, IProtocolHandler second) = Join("long", protocol);

        for (int i = 0; i < 50; i++) first.OnMessage(2, Message(2));
        for (int i = 0; i < 10; i++) second.OnMessage(2, Message(2, new byte[300]));

        Assert.Equal((30, 7), (many.Penalty, @long.Penalty));
        Assert.Equal(37, protocol.Flooded);
        Assert.Equal(23, protocol.ReceivedMessages);
    }

    [Fact]
    public void What_this_node_asked_for_is_not_counted_against_what_a_peer_may_send()
    {
        BpDaoProtocol protocol = Protocol(new BpDaoOptions { Messages = (10, 20), Bytes = (100, 1_000) });
        (TestPeer peer, IProtocolHandler session) = Join("fast", protocol);
        _sync.Awaited = SyncMessageCode.Blocks;

        for (int i = 0; i < 50; i++) session.OnMessage(SyncMessageCode.Blocks, new byte[5_000]);
        Assert.Equal((0, 0L), (peer.Penalty, protocol.Flooded));
        for (int i = 0; i < 20; i++) session.OnMessage(2, Message(2));
        Assert.Equal((0, 0L), (peer.Penalty, protocol.Flooded));
        session.OnMessage(SyncMessageCode.Headers, new byte[5_000]);

        Assert.Equal((1, 1L), (peer.Penalty, protocol.Flooded));
        Assert.Equal(50, _sync.Events.Count(e => e == $"{SyncMessageCode.Blocks}"));
        Assert.DoesNotContain($"{SyncMessageCode.Headers}", _sync.Events);
    }

    [Fact]
    public void Codes_of_synchronisation_go_there()
    {
        (_, IProtocolHandler session) = Join("one");

        session.OnMessage(SyncMessageCode.GetTip, [0xc0]);

        Assert.Equal(["connected", $"{SyncMessageCode.GetTip}"], _sync.Events);
        Assert.Empty(_received);
    }

    [Fact]
    public void What_the_engine_finds_forged_costs_points()
    {
        (TestPeer peer, _) = Join("one");

        _protocol.Misbehaved(new PeerId(peer.Id), "a vote without its slot's signature");

        Assert.Equal(25, peer.Penalty);
    }

    [Fact]
    public void A_full_queue_loses_the_message_and_counts_it()
    {
        (TestPeer peer, _) = Join("one");
        peer.Takes = false;

        _protocol.Broadcast(Message(2));

        Assert.Equal(1, _protocol.Dropped);
    }

    private static byte[] Message(ulong number, params byte[] rest) => new RlpWriter().StartList().Write(number).Write(rest).EndList().ToArray();

    private BpDaoProtocol Protocol(BpDaoOptions options) =>
        new(new PeerId(Keccak256.Hash([2])), 7, Genesis, _sync, options, _time, NullLogger<BpDaoProtocol>.Instance);

    private (TestPeer Peer, IProtocolHandler Session) Join(string name, BpDaoProtocol? protocol = null)
    {
        TestPeer peer = new(name, BpDaoProtocol.Name);
        IProtocolHandler session = (protocol ?? _protocol).Open(peer);
        session.OnMessage(BpDaoMessage.Hello, peer.Sent[0].Payload);
        return (peer, session);
    }

    private sealed class RecordingSync : ISyncSessions
    {
        public List<string> Events { get; } = [];

        /// <summary>The code of answers that were asked for.</summary>
        public int Awaited { get; set; } = -1;

        public bool IsAwaited(ISyncPeer peer, int code, ReadOnlySpan<byte> payload) => code == Awaited;

        public void Connected(ISyncPeer peer) => Events.Add("connected");

        public void Received(ISyncPeer peer, int code, ReadOnlySpan<byte> payload) => Events.Add($"{code}");

        public void Disconnected(ISyncPeer peer) => Events.Add("disconnected");
    }
}
