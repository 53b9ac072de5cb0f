using System.Globalization;
using System.Net;
using System.Text.Json;
using BpDao.Crypto;
using BpDao.Network.Tests.Sessions;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Interop;

/// <summary>An implementation that is not ours: key exchange, Hello, capabilities and messages, whoever dials.</summary>
public sealed class EthereumJsTests
{
    private readonly TestProtocol _protocol = new(version: 2, maxBytes: 1 << 22), _older = new(version: 1, messages: 100);

    [NodePeerFact]
    public async Task It_dials_us()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new RlpxOptions { ClientId = "BpDao/test" }, _protocol, _older, new TestProtocol("zeta"));
        await using NodePeer node = NodePeer.Start("dial", $"{host.Host.LocalEndPoint!.Port}", Convert.ToHexStringLower(host.Host.PublicKey.Bytes));
        TestHandler handler = await _protocol.NextAsync();
        Assert.True(handler.Peer.IsInbound);
        await ExchangeAsync(host, node, handler);

        handler.Peer.Disconnect(DisconnectReason.TooManyPeers, "the test is over");
        JsonElement removed = await node.NextAsync();
        Assert.Equal((int)DisconnectReason.TooManyPeers, removed.GetProperty("removed").GetInt32());
        Assert.False(removed.GetProperty("byUs").GetBoolean());
    }

    [NodePeerFact]
    public async Task We_dial_it()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new RlpxOptions { ClientId = "BpDao/test" }, new TestProtocol("beta"), _older, _protocol);
        await using NodePeer node = NodePeer.Start("listen");
        JsonElement place = await node.NextAsync();
        Assert.True(PublicKey.TryParse(place.GetProperty("key").GetString(), out PublicKey? key));
        DialResult result = await host.Host.DialAsync(new Enode(key, new IPEndPoint(IPAddress.Loopback, place.GetProperty("port").GetInt32())));
        Assert.True(result.Outcome == DialOutcome.Connected, result.ToString());
        TestHandler handler = await _protocol.NextAsync();
        Assert.False(handler.Peer.IsInbound);
        await ExchangeAsync(host, node, handler);

        await node.TellAsync(string.Create(CultureInfo.InvariantCulture, $"quit {(int)DisconnectReason.UselessPeer}"));
        SessionEnd end = await host.NextEndAsync();
        Assert.Equal((DisconnectReason.UselessPeer, true), (end.Reason, end.ByPeer));
    }

    private static async Task ExchangeAsync(TestHost host, NodePeer node, TestHandler handler)
    {
        JsonElement added = await node.NextAsync();
        Assert.Equal(Convert.ToHexStringLower(host.Host.PublicKey.Bytes), added.GetProperty("added").GetString());
        Assert.Equal("BpDao/test", added.GetProperty("client").GetString());
        Assert.Equal("ethereumjs/test", handler.Peer.ClientId);
        Assert.Equal([new Capability("test", 2)], handler.Peer.Capabilities);

        // A Ping goes first.
        host.Time.Advance(new RlpxOptions().PingInterval);
        foreach (int length in (int[])[1, 55, 1000, 70_000, 300_000])
        {
            byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)(i * i >> 3))];
            Assert.True(handler.TrySend(3, payload));
            Assert.Equal(length, (await node.NextAsync()).GetProperty("length").GetInt32());
            (int code, byte[] answer) = await handler.NextAsync();
            Assert.Equal(4, code);
            Assert.Equal(payload.Reverse(), answer);
        }

        Assert.False(handler.HasEnded);
    }
}
