using System.Threading.Channels;
using BpDao.Consensus;
using BpDao.Core;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Synchronization.Tests;

public sealed class InMemoryNetworkTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(30));

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Broadcasts_to_all_but_the_sender()
    {
        InMemoryNetwork network = new(InMemoryNetworkOptions.Instant, TimeProvider.System);
        Node[] nodes = [new(network, 1), new(network, 2), new(network, 3)];
        Task run = RunAsync(nodes);

        nodes[0].Endpoint.Consensus.Broadcast(new byte[] { 7 });
        (PeerId from, byte[] message) = await nodes[1].NextAsync(_stop.Token);
        await nodes[2].NextAsync(_stop.Token);

        Assert.Equal(Id(1), from);
        Assert.Equal([7], message);
        Assert.Equal([Id(2), Id(3)], nodes[0].Endpoint.Consensus.Peers.Order(Comparer<PeerId>.Create((a, b) => a.Value.CompareTo(b.Value))));
        await StopAsync(run);
        Assert.Equal(0, nodes[0].Waiting);
    }

    [Fact]
    public async Task Carries_a_copy_to_one_peer()
    {
        InMemoryNetwork network = new(InMemoryNetworkOptions.Instant, TimeProvider.System);
        Node[] nodes = [new(network, 1), new(network, 2), new(network, 3)];
        Task run = RunAsync(nodes);
        byte[] buffer = [1];

        nodes[0].Endpoint.Consensus.Send(Id(3), buffer);
        buffer[0] = 2;

        Assert.Equal([1], (await nodes[2].NextAsync(_stop.Token)).Message);
        await StopAsync(run);
        Assert.Equal(0, nodes[1].Waiting);
    }

    [Fact]
    public void Drops_and_counts_what_does_not_fit()
    {
        InMemoryNetwork network = new(InMemoryNetworkOptions.Instant with { QueueCapacity = 2 }, TimeProvider.System);
        Node sender = new(network, 1), receiver = new(network, 2);

        for (int i = 0; i < 5; i++) sender.Endpoint.Consensus.Broadcast(new byte[] { 1 });

        Assert.Equal(3, receiver.Endpoint.Dropped);
    }

    [Fact]
    public async Task A_disconnected_node_hears_nothing_until_it_comes_back()
    {
        InMemoryNetwork network = new(InMemoryNetworkOptions.Instant, TimeProvider.System);
        Node a = new(network, 1), b = new(network, 2);
        List<PeerId> cameToA = [];
        a.Endpoint.Consensus.PeerConnected += cameToA.Add;
        Task run = RunAsync([a, b]);

        b.Endpoint.Disconnect();
        a.Endpoint.Consensus.Broadcast(new byte[] { 1 });
        b.Endpoint.Consensus.Broadcast(new byte[] { 2 });
        Assert.Empty(a.Endpoint.Consensus.Peers);
        Assert.Empty(b.Endpoint.Consensus.Peers);
        b.Endpoint.Connect();
        a.Endpoint.Consensus.Broadcast(new byte[] { 3 });
        b.Endpoint.Consensus.Broadcast(new byte[] { 4 });

        Assert.Equal([3], (await b.NextAsync(_stop.Token)).Message);
        Assert.Equal([4], (await a.NextAsync(_stop.Token)).Message);
        Assert.Equal([Id(2)], cameToA);
        await StopAsync(run);
    }

    [Fact]
    public async Task Holds_messages_back_for_the_latency_of_their_way()
    {
        FakeTimeProvider time = new();
        InMemoryNetwork network = new(
            InMemoryNetworkOptions.Instant with { Latency = (_, to) => TimeSpan.FromMilliseconds(to == Id(2) ? 50 : 200) }, time);
        Node[] nodes = [new(network, 1), new(network, 2), new(network, 3)];
        Task run = RunAsync(nodes);

        nodes[0].Endpoint.Consensus.Broadcast(new byte[] { 1 });
        time.Advance(TimeSpan.FromMilliseconds(50));
        await nodes[1].NextAsync(_stop.Token);
        Assert.Equal(0, nodes[2].Waiting);
        time.Advance(TimeSpan.FromMilliseconds(150));
        await nodes[2].NextAsync(_stop.Token);

        await StopAsync(run);
    }

    [Fact]
    public async Task A_fault_in_a_handler_ends_the_loop()
    {
        InMemoryNetwork network = new(InMemoryNetworkOptions.Instant, TimeProvider.System);
        Node a = new(network, 1), b = new(network, 2);
        b.Endpoint.Consensus.Received += (_, _) => throw new InvalidOperationException("a bug");
        Task run = b.Endpoint.RunAsync(_stop.Token);

        a.Endpoint.Consensus.Broadcast(new byte[] { 1 });

        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => run);
        Assert.Equal("a bug", fault.Message);
    }

    [Fact]
    public void Refuses_two_nodes_of_one_name()
    {
        InMemoryNetwork network = new(InMemoryNetworkOptions.Instant, TimeProvider.System);
        _ = new Node(network, 1);

        Assert.Throws<InvalidOperationException>(() => new Node(network, 1));
    }

    private static PeerId Id(byte number) => new(new Hash256([number, .. new byte[31]]));

    private Task RunAsync(IEnumerable<Node> nodes) => Task.WhenAll(nodes.Select(n => n.Endpoint.RunAsync(_stop.Token)));

    private async Task StopAsync(Task run)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private sealed class Node
    {
        private readonly Channel<(PeerId, byte[])> _inbox = Channel.CreateUnbounded<(PeerId, byte[])>();

        public Node(InMemoryNetwork network, byte number)
        {
            Endpoint = network.CreateEndpoint(Id(number));
            Endpoint.Consensus.Received += (from, message) => _inbox.Writer.TryWrite((from, message.ToArray()));
            Endpoint.Connect();
        }

        public InMemoryEndpoint Endpoint { get; }

        public int Waiting => _inbox.Reader.Count;

        public ValueTask<(PeerId From, byte[] Message)> NextAsync(CancellationToken cancellation) => _inbox.Reader.ReadAsync(cancellation);
    }
}
