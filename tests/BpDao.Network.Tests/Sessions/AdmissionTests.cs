using System.Net;
using BpDao.Network.Rlpx;
using BpDao.Network.Sessions;
using BpDao.Network.Tests.Transport;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Sessions;

/// <summary>Who is let in, and what becomes of two connections with one node.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public async Task Whom_the_gate_refuses_is_told_why()
    {
        TestProtocol theirs = new();
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, theirs);
        a.Gate.RefuseWhen = (candidate, _) => candidate is { IsInbound: true, Capabilities: [{ Name: "test" }] } ? DisconnectReason.TooManyPeers : null;
        DialResult result = await b.DialAsync(a);
        Assert.Equal(DialOutcome.Connected, result.Outcome); // both have said Hello; the rest comes after it
        SessionEnd end = await b.NextEndAsync();
        Assert.Equal((DisconnectReason.TooManyPeers, true), (end.Reason, end.ByPeer));
        Assert.Empty(a.Host.Peers);
    }

    [Fact]
    public async Task Whom_the_own_gate_refuses_is_not_connected()
    {
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, new TestProtocol());
        b.Gate.RefuseWhen = (_, _) => DisconnectReason.UselessPeer;
        DialResult result = await b.DialAsync(a);
        Assert.Equal((DialOutcome.RefusedByUs, DisconnectReason.UselessPeer), (result.Outcome, result.Reason));
        Assert.Equal(DisconnectReason.UselessPeer, (await a.NextEndAsync()).Reason);
    }

    [Fact]
    public async Task An_address_that_may_not_connect_is_closed_without_a_word()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        host.Gate.MayConnectWhen = address => !IPAddress.IsLoopback(address);
        using SocketConnection connection = await SocketConnection.ConnectAsync(host.Host.LocalEndPoint!);
        Assert.Equal(0, await connection.ReadAsync(new byte[1]).AsTask().WaitAsync(TestHost.Deadline));
    }

    [Fact]
    public async Task Strangers_beyond_the_bound_push_out_who_has_waited_longest_and_room_is_made_in_time()
    {
        TestProtocol protocol = new();
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new RlpxOptions { MaxPendingInbound = 2 }, protocol);
        using SocketConnection first = await StrangerAsync(host), second = await StrangerAsync(host);
        using SocketConnection third = await StrangerAsync(host);
        Assert.Equal(0, await first.ReadAsync(new byte[1]).AsTask().WaitAsync(TestHost.Deadline));
        Assert.Equal(2, host.Host.PendingInbound);

        host.Time.Advance(new RlpxOptions().HandshakeTimeout);
        Assert.Equal(0, await second.ReadAsync(new byte[1]).AsTask().WaitAsync(TestHost.Deadline));
        Assert.Equal(0, await third.ReadAsync(new byte[1]).AsTask().WaitAsync(TestHost.Deadline));
        Eventually(() => host.Host.PendingInbound == 0);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        await protocol.NextAsync();
    }

    [Fact]
    public async Task Strangers_that_say_nothing_do_not_keep_an_honest_peer_out()
    {
        TestProtocol protocol = new();
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new RlpxOptions { MaxPendingInbound = 2 }, protocol);
        using SocketConnection first = await StrangerAsync(host), second = await StrangerAsync(host);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        await protocol.NextAsync();
    }

    [Fact]
    public async Task Nobody_dials_himself()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        DialResult result = await host.DialAsync(host);
        Assert.Equal((DialOutcome.RefusedByUs, DisconnectReason.ConnectedToSelf), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task A_copy_of_this_node_is_told_that_it_is_this_node()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        using RawPeer copy = await RawPeer.ConnectAsync(host, TestKeys.A);
        Assert.Equal(BaseMessage.Hello, (await copy.NextAsync(isHello: true))!.Value.Code);
        await copy.SendHelloAsync(new HelloMessage(5, "copy", [new Capability("test", 1)], 0, TestKeys.A.PublicKey));
        Assert.Equal(DisconnectReason.ConnectedToSelf, await copy.NextDisconnectAsync(isHello: true));
    }

    [Fact]
    public async Task Whoever_has_another_key_than_was_dialled_cannot_answer()
    {
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, new TestProtocol());
        DialResult result = await a.Host.DialAsync(new Enode(TestKeys.C.PublicKey, b.Host.LocalEndPoint!)).WaitAsync(TestHost.Deadline);
        Assert.Equal(DialOutcome.HandshakeFailed, result.Outcome);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_said()
    {
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        IPEndPoint gone;
        await using (TestHost b = await TestHost.StartAsync(TestKeys.B, new TestProtocol())) gone = b.Host.LocalEndPoint!;
        Assert.Equal(DialOutcome.NotReachable, (await a.Host.DialAsync(new Enode(TestKeys.B.PublicKey, gone)).WaitAsync(TestHost.Deadline)).Outcome);
        Assert.Equal(DialOutcome.NotReachable, (await a.Host.DialAsync(new Enode(TestKeys.B.PublicKey, "no-such-host.invalid", 1, 1)).WaitAsync(TestHost.Deadline)).Outcome);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        RlpxOptions same = new() { Listen = host.Host.LocalEndPoint };
        await using RlpxHost other = new(TestKeys.B, [], host.Gate, same, host.Time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        IOException error = await Assert.ThrowsAsync<IOException>(other.StartAsync);
        Assert.Contains(host.Host.LocalEndPoint!.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_connection_in_the_same_direction_is_one_too_many()
    {
        TestProtocol protocol = new();
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, protocol);
        using RawPeer first = await RawPeer.GreetAsync(host, TestKeys.B);
        TestHandler handler = await protocol.NextAsync();
        using RawPeer second = await RawPeer.GreetAsync(host, TestKeys.B);
        Assert.Equal(DisconnectReason.AlreadyConnected, await second.NextDisconnectAsync());
        Assert.Same(handler.Peer, Assert.Single(host.Host.Peers));
    }

    [Fact]
    public async Task Who_is_connected_is_not_dialled_again()
    {
        TestProtocol ours = new();
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, ours);
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, new TestProtocol());
        Assert.Equal(DialOutcome.Connected, (await a.DialAsync(b)).Outcome);
        await ours.NextAsync();
        DialResult again = await a.DialAsync(b);
        Assert.Equal((DialOutcome.RefusedByUs, DisconnectReason.AlreadyConnected), (again.Outcome, again.Reason));
    }

    [Fact]
    public async Task Two_nodes_that_dial_each_other_at_once_keep_one_connection_and_the_same()
    {
        TestProtocol ours = new(), theirs = new();
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, ours);
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, theirs);
        for (int round = 0; round < 20; round++)
        {
            await Task.WhenAll(a.DialAsync(b), b.DialAsync(a));
            Eventually(() => a.Host.PendingInbound + b.Host.PendingInbound == 0);
            Eventually(() => (a.Host.Peers, b.Host.Peers) is ([var atA], [var atB]) && atA.IsInbound != atB.IsInbound);
            a.Host.Peers[0].Disconnect(DisconnectReason.Requested, "next round");
            Eventually(() => a.Host.Peers.Count + b.Host.Peers.Count == 0);
        }
    }

    [Fact]
    public async Task A_host_that_stops_says_goodbye()
    {
        TestProtocol theirs = new();
        TestHost a = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, theirs);
        await a.DialAsync(b);
        TestHandler handler = await theirs.NextAsync();
        await a.DisposeAsync();
        Assert.Equal(DisconnectReason.ClientQuitting, await handler.Ended);
        Assert.Equal(DialOutcome.NotReachable, (await b.DialAsync(a)).Outcome);
    }

    [Fact]
    public async Task Penalties_go_to_the_gate()
    {
        TestProtocol protocol = new();
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        (await protocol.NextAsync()).Peer.Penalise(25, "a forged vote");
        Assert.Equal(["25 a forged vote"], host.Gate.Penalties);
    }

    private static void Eventually(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TestHost.Deadline));

    private static async Task<SocketConnection> StrangerAsync(TestHost host)
    {
        SocketConnection connection = await SocketConnection.ConnectAsync(host.Host.LocalEndPoint!);
        await host.Time.TimerMadeAsync(new RlpxOptions().HandshakeTimeout);
        return connection;
    }
}
