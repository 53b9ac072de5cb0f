using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using BpDao.TxPool;
using BpDao.TxPool.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.Synchronization.Tests;

/// <summary>Pools of several nodes over the in-memory network.</summary>
public sealed class TransactionGossipTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(30));
    private readonly InMemoryNetwork _network = new(InMemoryNetworkOptions.Instant, TimeProvider.System);

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task What_one_pool_takes_comes_into_every_pool()
    {
        Node[] nodes = [new(_network, 1), new(_network, 2), new(_network, 3)];
        Task run = RunAsync(nodes);
        Transaction tx = Transfer(0);

        Assert.True(nodes[0].Pool.Submit(tx).IsAccepted);

        await nodes[1].WaitForAsync(tx.Hash, _stop.Token);
        await nodes[2].WaitForAsync(tx.Hash, _stop.Token);
        Assert.True(nodes[1].Pool.TryGet(tx.Hash, out Transaction? copy));
        Assert.NotSame(tx, copy);
        await StopAsync(run);
    }

    [Fact]
    public async Task A_node_that_comes_back_learns_what_it_missed()
    {
        Node a = new(_network, 1), b = new(_network, 2);
        Task run = RunAsync([a, b]);
        b.Endpoint.Disconnect();
        Transaction first = Transfer(0), second = Transfer(1);
        Assert.True(a.Pool.Submit(first).IsAccepted);
        Assert.True(a.Pool.Submit(second).IsAccepted);
        Assert.False(b.Pool.Contains(first.Hash));

        b.Endpoint.Connect();

        await b.WaitForAsync(first.Hash, _stop.Token);
        await b.WaitForAsync(second.Hash, _stop.Token);
        await StopAsync(run);
    }

    [Fact]
    public async Task Nothing_goes_back_to_where_it_came_from()
    {
        Node a = new(_network, 1), b = new(_network, 2);
        int backAtA = 0;
        a.Endpoint.Transactions.Received += (_, transactions) => backAtA += transactions.Count;
        Task run = RunAsync([a, b]);
        Transaction first = Transfer(0), last = Transfer(1);

        Assert.True(a.Pool.Submit(first).IsAccepted);
        await b.WaitForAsync(first.Hash, _stop.Token);
        // b's own transaction follows whatever b would have sent back.
        Assert.True(b.Pool.Submit(last).IsAccepted);
        await a.WaitForAsync(last.Hash, _stop.Token);

        Assert.Equal(1, backAtA);
        await StopAsync(run);
    }

    [Fact]
    public void A_malformed_message_is_no_transactions()
    {
        byte[] good = TransactionsMessage.Encode([Transfer(0), Transfer(1)]);

        Assert.True(TransactionsMessage.TryDecode(good, out List<Transaction>? read));
        Assert.Equal(2, read.Count);
        Assert.False(TransactionsMessage.TryDecode(good.AsSpan(1), out _));
        Assert.False(TransactionsMessage.TryDecode([.. good, 0], out _));
        Assert.False(TransactionsMessage.TryDecode([0xc1, 0x80], out _));
    }

    private static Transaction Transfer(ulong nonce) => Build.Transaction().WithNonce(nonce).Signed();

    private Task RunAsync(IEnumerable<Node> nodes) =>
        Task.WhenAll(nodes.SelectMany(n => new[] { n.Endpoint.RunAsync(_stop.Token), n.Gossip.RunAsync(_stop.Token) }));

    private async Task StopAsync(Task run)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private sealed class Node
    {
        public Node(InMemoryNetwork network, byte number)
        {
            TestHead head = new TestHead().Fund(TestKeys.A.Address, TestHead.Ether(10));
            Pool = new TxPool.TxPool(
                head, new EthereumEcdsa(Secp256k1.Default), new TxPoolOptions(), NullLogger<TxPool.TxPool>.Instance);
            Endpoint = network.CreateEndpoint(new PeerId(new Hash256([number, .. new byte[31]])));
            Gossip = new TransactionGossip(Pool, Endpoint.Transactions, NullLogger<TransactionGossip>.Instance);
            Endpoint.Connect();
        }

        public ITxPool Pool { get; }

        public InMemoryEndpoint Endpoint { get; }

        public TransactionGossip Gossip { get; }

        public async Task WaitForAsync(Hash256 hash, CancellationToken cancellation)
        {
            TaskCompletionSource added = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Pool.Added += tx =>
            {
                if (tx.Hash == hash) added.TrySetResult();
            };
            if (Pool.Contains(hash)) return;
            await added.Task.WaitAsync(cancellation);
        }
    }
}
