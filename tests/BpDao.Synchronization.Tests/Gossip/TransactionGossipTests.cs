using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.Synchronization.Tests;

/// <summary>Pools of several nodes that speak eth in memory.</summary>
public sealed class TransactionGossipTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(60));
    private readonly InMemoryHub _hub = new();
    private readonly List<EthNode> _nodes = [];

    public void Dispose()
    {
        foreach (EthNode node in _nodes) node.Dispose();
        _stop.Dispose();
    }

    [Theory]
    [InlineData(68)]
    [InlineData(69)]
    public async Task What_one_pool_takes_comes_into_every_pool(int version)
    {
        EthNode[] nodes = await ConnectAsync(5, version);
        Transaction[] transactions = [.. Enumerable.Range(0, 300).Select(i => Transfer((ulong)i))];

        foreach (Transaction tx in transactions) Assert.True(nodes[0].Pool.Submit(tx).IsAccepted);

        foreach (EthNode node in nodes) await node.WaitForAsync(transactions, _stop.Token);
        Assert.True(nodes[1].Pool.TryGet(transactions[0].Hash, out Transaction? copy));
        Assert.NotSame(transactions[0], copy);
    }

    [Fact]
    public async Task Whole_transactions_go_to_the_square_root_of_the_peers_and_hashes_to_the_others()
    {
        EthNode[] nodes = await ConnectAsync(5);
        Transaction first = Transfer(0), tx = Transfer(1);
        // What waits when a peer comes is announced to it; so the introductions are over when this one is everywhere.
        Assert.True(nodes[0].Pool.Submit(first).IsAccepted);
        foreach (EthNode node in nodes) await node.WaitForAsync([first], _stop.Token);
        (long sent, long announced) = (nodes[0].Eth.Gossip.Sent, nodes[0].Eth.Gossip.Announced);

        Assert.True(nodes[0].Pool.Submit(tx).IsAccepted);

        foreach (EthNode node in nodes) await node.WaitForAsync([tx], _stop.Token);
        Assert.Equal((sent + 2, announced + 2), (nodes[0].Eth.Gossip.Sent, nodes[0].Eth.Gossip.Announced));
    }

    [Fact]
    public async Task A_long_transaction_goes_by_its_hash_alone()
    {
        EthNode[] nodes = await ConnectAsync(3);
        Transaction tx = Build.Transaction().WithData(new byte[100_000]).WithGas(1_100_000).Signed();

        Assert.True(nodes[0].Pool.Submit(tx).IsAccepted);

        foreach (EthNode node in nodes) await node.WaitForAsync([tx], _stop.Token);
        Assert.All(nodes, n => Assert.Equal(0, n.Eth.Gossip.Sent));
    }

    [Fact]
    public async Task A_node_that_comes_later_learns_what_waits()
    {
        EthNode a = (await ConnectAsync(1))[0];
        Transaction[] waiting = [Transfer(0), Transfer(1), Transfer(2)];
        foreach (Transaction tx in waiting) Assert.True(a.Pool.Submit(tx).IsAccepted);

        EthNode b = Add();

        await b.WaitForAsync(waiting, _stop.Token);
    }

    [Fact]
    public async Task A_node_that_comes_back_learns_what_it_missed()
    {
        EthNode[] nodes = await ConnectAsync(2);
        (EthNode a, EthNode b) = (nodes[0], nodes[1]);
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        a.Eth.Peers.Left += _ => left.TrySetResult();
        b.Host.Disconnect();
        await left.Task.WaitAsync(_stop.Token);
        Transaction missed = Transfer(0);
        Assert.True(a.Pool.Submit(missed).IsAccepted);
        Assert.False(b.Pool.Contains(missed.Hash));

        b.Host.Connect(b.Protocols);

        await b.WaitForAsync([missed], _stop.Token);
    }

    [Fact]
    public async Task Nothing_goes_back_to_where_it_came_from()
    {
        EthNode[] nodes = await ConnectAsync(2);
        (EthNode a, EthNode b) = (nodes[0], nodes[1]);
        Transaction first = Transfer(0), last = Transfer(1);

        Assert.True(a.Pool.Submit(first).IsAccepted);
        await b.WaitForAsync([first], _stop.Token);
        // b's own transaction follows whatever b would have sent back.
        Assert.True(b.Pool.Submit(last).IsAccepted);
        await a.WaitForAsync([last], _stop.Token);

        Assert.Equal(1, b.Eth.Gossip.Sent + b.Eth.Gossip.Announced);
        Assert.Equal(1, a.Eth.Inbox.Accepted + a.Eth.Inbox.Refused);
    }

    private static Transaction Transfer(ulong nonce) => Build.Transaction().WithNonce(nonce).Signed();

    private EthNode Add(int? version = null)
    {
        EthNode node = new(_hub, $"node {_nodes.Count}", version: version);
        _nodes.Add(node);
        return node;
    }

    private async Task<EthNode[]> ConnectAsync(int count, int? version = null)
    {
        for (int i = 0; i < count; i++) Add(version);
        foreach (EthNode node in _nodes) await node.WaitForPeersAsync(count - 1, _stop.Token);
        return [.. _nodes];
    }
}
