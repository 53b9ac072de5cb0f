using BpDao.Crypto;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Network.Tests.Peers;

public sealed class PeerDiallerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("bpdao-peers-").FullName;

    [Fact]
    public async Task Static_peers_are_dialled_until_they_are_there_and_again_when_they_leave()
    {
        Enode node = PeerGateTests.Node(1);
        (PeerDialler dialler, FakeHost host, _) = Dialler(new PeerOptions { MaxPeers = 1, StaticPeers = [node] });
        await using PeerDialler stopped = dialler;
        host.Answer = _ => DialOutcome.NotReachable;
        dialler.Start();
        Run(TimeSpan.FromMinutes(10));
        // Every 5 seconds, give and take a quarter.
        Assert.InRange(host.Dialled.Count, 90, 165);
        Assert.Equal(host.Dialled.Count, dialler.Statistics.DialFailures[DialOutcome.NotReachable]);

        host.Answer = _ => DialOutcome.Connected;
        Run(TimeSpan.FromSeconds(20));
        Assert.Equal(node.Id, Assert.Single(host.Peers).Id);
        host.Dialled.Clear();
        Run(TimeSpan.FromMinutes(1));
        Assert.Empty(host.Dialled);

        host.End(host.Peer(node), new SessionEnd(DisconnectReason.ClientQuitting, ByPeer: true, "restart"));
        Run(TimeSpan.FromSeconds(4));
        Assert.Single(host.Peers);
        Assert.Equal(1, dialler.Statistics.EndedByPeers[DisconnectReason.ClientQuitting]);
    }

    [Fact]
    public async Task Company_is_found_up_to_the_outbound_share()
    {
        FakeSource source = new(60);
        (PeerDialler dialler, FakeHost host, _) = Dialler(new PeerOptions { MaxPeers = 30 }, source);
        await using PeerDialler stopped = dialler;
        dialler.Start();
        Run(TimeSpan.FromMinutes(1));
        Assert.Equal(10, host.Peers.Count);
        Assert.Equal(10, host.Dialled.Count);
        Assert.Equal(0, source.Lookups);
        Assert.Equal(10, dialler.Statistics.Outbound);
    }

    [Fact]
    public async Task When_nobody_is_left_to_dial_more_are_looked_for()
    {
        FakeSource source = new(2);
        (PeerDialler dialler, FakeHost host, _) = Dialler(new PeerOptions(), source);
        await using PeerDialler stopped = dialler;
        dialler.Start();
        Run(TimeSpan.FromMinutes(1));
        Assert.Equal(2, host.Peers.Count);
        Assert.InRange(source.Lookups, 5, 7);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_dialled_ever_more_seldom()
    {
        FakeSource source = new(1);
        (PeerDialler dialler, FakeHost host, _) = Dialler(new PeerOptions(), source);
        await using PeerDialler stopped = dialler;
        host.Answer = _ => DialOutcome.NotReachable;
        dialler.Start();
        Run(TimeSpan.FromHours(1));
        Assert.InRange(host.Dialled.Count, 8, 18);
    }

    [Fact]
    public async Task A_node_of_another_network_is_left_alone()
    {
        FakeSource source = new(1);
        (PeerDialler dialler, FakeHost host, _) = Dialler(new PeerOptions(), source);
        await using PeerDialler stopped = dialler;
        dialler.Start();
        for (int i = 0; i < 60; i++)
        {
            Run(TimeSpan.FromSeconds(10));
            foreach (FakePeer peer in host.Peers.Cast<FakePeer>()) host.End(peer, new SessionEnd(DisconnectReason.SubprotocolReason, ByPeer: true, "another genesis"));
        }

        Assert.InRange(host.Dialled.Count, 1, 2);
        Assert.Equal(host.Dialled.Count, dialler.Statistics.EndedByPeers[DisconnectReason.SubprotocolReason]);
    }

    [Fact]
    public async Task Banned_nodes_and_this_node_itself_are_not_dialled()
    {
        FakeSource source = new(2);
        (PeerDialler dialler, FakeHost host, PeerGate gate) = Dialler(new PeerOptions(), source);
        await using PeerDialler stopped = dialler;
        source.Nodes.Add(new NodeContact(host.PublicKey, PeerGateTests.Public(9), 30303));
        NodeContact bad = source.Nodes[0];
        gate.Penalise(new FakePeer(bad.PublicKey, bad.Udp, isInbound: true), 100, "flood");
        dialler.Start();
        Run(TimeSpan.FromMinutes(1));
        Assert.Equal(source.Nodes[1].Id, Assert.Single(host.Dialled).Id);
    }

    [Fact]
    public async Task The_operator_adds_and_removes_peers_while_it_runs()
    {
        (PeerDialler dialler, FakeHost host, _) = Dialler(new PeerOptions());
        await using PeerDialler stopped = dialler;
        dialler.Start();
        Enode node = PeerGateTests.Node(1);
        dialler.AddStatic(node);
        FakePeer peer = host.Peer(node);
        dialler.RemoveStatic(node.PublicKey);
        Assert.Equal(DisconnectReason.Requested, peer.Left?.Reason);
        Run(TimeSpan.FromMinutes(1));
        Assert.Empty(host.Peers);
        Assert.Single(host.Dialled);
    }

    [Fact]
    public async Task A_static_peer_is_dialled_although_another_node_at_its_address_is_banned()
    {
        Enode node = PeerGateTests.Node(1);
        (PeerDialler dialler, FakeHost host, PeerGate gate) = Dialler(new PeerOptions { StaticPeers = [node] });
        await using PeerDialler stopped = dialler;
        gate.Penalise(new FakePeer(PeerGateTests.Node(2).PublicKey, new System.Net.IPEndPoint(node.Address!, 9), isInbound: true), 100, "flood");
        dialler.Start();
        Run(TimeSpan.FromSeconds(2));
        Assert.Equal(node.Id, Assert.Single(host.Peers).Id);
    }

    [Fact]
    public async Task After_a_restart_those_who_were_good_are_dialled_again()
    {
        string file = Path.Combine(_folder, "known-nodes");
        FakeSource source = new(3);
        (PeerDialler dialler, FakeHost host, _) = Dialler(new PeerOptions(), source, file);
        host.Answer = node => node.Id == source.Nodes[2].Id ? DialOutcome.NotReachable : DialOutcome.Connected;
        dialler.Start();
        Run(TimeSpan.FromMinutes(2));
        Assert.Equal(2, host.Peers.Count);
        await dialler.DisposeAsync();

        (PeerDialler again, FakeHost second, _) = Dialler(new PeerOptions(), knownFile: file);
        await using PeerDialler stopped = again;
        again.Start();
        Run(TimeSpan.FromSeconds(2));
        Assert.Equal(source.Nodes[..2].Select(n => n.Id).Order(), second.Peers.Select(p => p.Id).Order());
        Assert.Equal(source.Nodes[..2].Select(n => n.ToEnode()).OrderBy(n => n.Id), second.Dialled.OrderBy(n => n.Id));
    }

    [Fact]
    public void Known_nodes_are_bounded_and_survive_a_damaged_file()
    {
        string file = Path.Combine(_folder, "known-nodes");
        KnownNodes known = new(file, NullLogger.Instance);
        Enode[] nodes = [.. Enumerable.Range(0, 200).Select(i => new Enode(PrivateKey.Generate().PublicKey, PeerGateTests.Public(i)))];
        foreach (Enode node in nodes) known.Remember(node);
        known.Remember(nodes[100]);
        known.Save();
        File.AppendAllText(file, "garbage\nenode://12@x\n");

        KnownNodes read = new(file, NullLogger.Instance);
        Assert.Equal(KnownNodes.Capacity, read.Nodes.Count);
        Assert.Equal(nodes[100], read.Nodes[0]);
        Assert.Equal(nodes[199], read.Nodes[1]);
        read.Forget(nodes[100].Id);
        read.Save();
        Assert.DoesNotContain(nodes[100], new KnownNodes(file, NullLogger.Instance).Nodes);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (PeerDialler Dialler, FakeHost Host, PeerGate Gate) Dialler(PeerOptions options, INodeSource? source = null, string? knownFile = null)
    {
        PeerBook book = new(options);
        PeerGate gate = new(options, book, _time, NullLogger.Instance);
        FakeHost host = new(gate);
        return (new PeerDialler(host, gate, book, options, source, new KnownNodes(knownFile, NullLogger.Instance), _time, NullLogger.Instance), host, gate);
    }

    private void Run(TimeSpan span)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(500);
        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += step) _time.Advance(step);
    }

    private sealed class FakeSource(int count) : INodeSource
    {
        // Real keys: what is written to a file is checked when it is read.
        public List<NodeContact> Nodes { get; } = [.. Enumerable.Range(1, count).Select(i => new NodeContact(PrivateKey.Generate().PublicKey, PeerGateTests.Public(i), 30303))];

        public int Lookups { get; private set; }

        public IReadOnlyList<NodeContact> Candidates => [.. Nodes];

        public Task<IReadOnlyList<NodeContact>> LookupAsync(PublicKey target)
        {
            Lookups++;
            return Task.FromResult<IReadOnlyList<NodeContact>>([]);
        }
    }
}
