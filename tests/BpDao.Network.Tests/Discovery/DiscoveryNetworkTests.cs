using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Network.Tests.Discovery;

public sealed class DiscoveryNetworkTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void Thirty_nodes_find_each_other_from_one_bootnode(int lossPercent)
    {
        SimulatedUdp network = new(_time, lossPercent);
        using TestNode boot = new TestNode(network, "198.18.0.1:30303").Started();
        DiscoveryOptions options = new() { Bootnodes = [boot.Enode] };
        TestNode[] nodes = [.. Enumerable.Range(1, 29).Select(i => new TestNode(network, $"198.18.{i}.1:30303", options).Started())];

        // A bucket has 16 places; of those who fit, nearly all are known.
        int Fitting(TestNode node) =>
            nodes.Append(boot).Where(n => n != node).GroupBy(n => KademliaTable.Distance(n.Id, node.Id)).Sum(b => Math.Min(KademliaTable.BucketSize, b.Count()));
        bool KnowsMost(TestNode node) => node.Discovery.Count >= Math.Max(20, Fitting(node) - 5);

        network.Run(TimeSpan.FromMinutes(6));
        // Where a node looks is drawn by lot: who found nobody new looks again after a whole interval.
        for (TimeSpan more = TimeSpan.Zero; more < 2 * options.RefreshInterval && !nodes.All(KnowsMost); more += TimeSpan.FromMinutes(1)) network.Run(TimeSpan.FromMinutes(1));

        foreach (TestNode node in nodes)
        {
            Assert.True(KnowsMost(node), $"{node.EndPoint} knows {node.Discovery.Count} of {Fitting(node)}");
            Assert.Equal(node.Discovery.Count, node.Discovery.Candidates.Count);
            DiscoveryCounters counters = node.Discovery.Counters;
            Assert.Equal((0, 0, 0), (counters.Malformed, counters.Expired, counters.RateLimited));
            if (lossPercent == 0) Assert.Equal((0, 0), (counters.Unsolicited, counters.Unproved));
            Assert.All(node.Discovery.Candidates, c => Assert.Equal(30303, c.TcpPort));
        }

        foreach (TestNode node in nodes) node.Dispose();
    }

    [Fact]
    public async Task A_lookup_finds_the_nodes_nearest_to_a_key()
    {
        SimulatedUdp network = new(_time);
        using TestNode boot = new TestNode(network, "198.18.0.1:30303").Started();
        TestNode[] nodes = [boot, .. Enumerable.Range(1, 39).Select(i => new TestNode(network, $"198.18.{i}.1:30303", new DiscoveryOptions { Bootnodes = [boot.Enode] }).Started())];
        network.Run(TimeSpan.FromMinutes(4));

        PublicKey target = NodeDiscovery.RandomTarget();
        Task<IReadOnlyList<NodeContact>> lookup = nodes[7].Discovery.LookupAsync(target);
        network.Run(TimeSpan.FromSeconds(30));
        Assert.True(lookup.IsCompleted);

        UInt256 hash = UInt256.FromHash(Keccak256.Hash(target.Bytes));
        Hash256[] nearest = [.. nodes.Where(n => n != nodes[7]).Select(n => n.Id).OrderBy(id => UInt256.FromHash(id) ^ hash).Take(16)];
        Assert.Equal(nearest, (await lookup).Select(n => n.Id));
        foreach (TestNode node in nodes) node.Dispose();
    }

    [Fact]
    public void A_restarted_node_finds_the_network_by_whom_it_knew()
    {
        SimulatedUdp network = new(_time);
        TestNode boot = new TestNode(network, "198.18.0.1:30303").Started();
        TestNode[] nodes = [.. Enumerable.Range(1, 9).Select(i => new TestNode(network, $"198.18.{i}.1:30303", new DiscoveryOptions { Bootnodes = [boot.Enode] }).Started())];
        network.Run(TimeSpan.FromMinutes(3));
        Enode[] known = [.. nodes[0].Discovery.Candidates.Where(c => c.Id != boot.Id).Select(c => c.ToEnode())];
        boot.Dispose();
        nodes[0].Dispose();

        using TestNode again = new TestNode(network, "198.18.1.1:30303", new DiscoveryOptions { KnownNodes = known[..2] }).Started();
        network.Run(TimeSpan.FromMinutes(3));
        Assert.InRange(again.Discovery.Count, 8, 9);
        foreach (TestNode node in nodes[1..]) node.Dispose();
    }

    [Fact]
    public void Nodes_that_are_gone_leave_the_table()
    {
        SimulatedUdp network = new(_time);
        using TestNode a = new TestNode(network, "198.18.0.1:30303").Started();
        TestNode b = new TestNode(network, "198.18.1.1:30303", new DiscoveryOptions { Bootnodes = [a.Enode] }).Started();
        network.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(1, a.Discovery.Count);
        b.Dispose();
        network.Run(TimeSpan.FromMinutes(2));
        Assert.Equal(0, a.Discovery.Count);
    }

    [Fact]
    public void Nodes_of_another_network_are_no_candidates()
    {
        SimulatedUdp network = new(_time);
        ForkId ours = new(0x11111111, 0), theirs = new(0x22222222, 0);
        using TestNode boot = new TestNode(network, "198.18.0.1:30303", forks: ours).Started();
        DiscoveryOptions options = new() { Bootnodes = [boot.Enode], IsCompatible = id => id == ours };
        using TestNode us = new TestNode(network, "198.18.1.1:30303", options, ours).Started();
        using TestNode friend = new TestNode(network, "198.18.2.1:30303", options, ours).Started();
        using TestNode other = new TestNode(network, "198.18.3.1:30303", options, theirs).Started();
        network.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(3, us.Discovery.Count);
        Assert.Equal([boot.Id, friend.Id], us.Discovery.Candidates.Select(c => c.Id).OrderBy(id => id != boot.Id));

        // It updates its software, and its new record says so.
        other.Record.Update(c => c with { Forks = ours });
        network.Run(TimeSpan.FromMinutes(5));
        Assert.Contains(other.Id, us.Discovery.Candidates.Select(c => c.Id));
    }

    [Fact]
    public async Task Nodes_find_each_other_over_real_sockets()
    {
        (NodeDiscovery a, Enode enode) = Real([]);
        (NodeDiscovery b, _) = Real([enode]);
        (NodeDiscovery c, _) = Real([enode]);
        using (a)
        using (b)
        using (c)
        {
            TaskCompletionSource bothFound = new(TaskCreationOptions.RunContinuationsAsynchronously);
            HashSet<Hash256> found = [];
            b.Found += node =>
            {
                lock (found)
                {
                    if (found.Add(node.Id) && found.Count == 2) bothFound.SetResult();
                }
            };
            await a.StartAsync();
            await c.StartAsync();
            await b.StartAsync();
            await bothFound.Task.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(2, b.Count);
        }
    }

    private static (NodeDiscovery Discovery, Enode Enode) Real(Enode[] bootnodes)
    {
        PrivateKey key = PrivateKey.Generate();
        UdpSocket socket = new(new IPEndPoint(IPAddress.Loopback, 0), NullLogger.Instance);
        LocalRecord record = new(key, new LocalRecordContent(IPAddress.Loopback, socket.LocalEndPoint.Port, socket.LocalEndPoint.Port, null), TimeProvider.System);
        DiscoveryOptions options = new() { Bootnodes = bootnodes, RefreshInterval = TimeSpan.FromSeconds(5) };
        return (new NodeDiscovery(key, record, options, socket, TimeProvider.System, NullLogger.Instance), new Enode(key.PublicKey, socket.LocalEndPoint));
    }
}
