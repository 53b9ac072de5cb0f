using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Sessions;

public sealed class RlpxHostTests
{
    [Fact]
    public async Task Two_hosts_say_Hello_and_exchange_messages()
    {
        TestProtocol ours = new(), theirs = new();
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, new RlpxOptions { ClientId = "first" }, ours);
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, new RlpxOptions { ClientId = "second" }, theirs);

        DialResult result = await a.DialAsync(b);
        Assert.Equal(DialOutcome.Connected, result.Outcome);
        TestHandler atA = await ours.NextAsync(), atB = await theirs.NextAsync();
        Assert.Same(result.Peer, atA.Peer);
        Assert.Equal((TestKeys.B.PublicKey, "second", false), (atA.Peer.PublicKey, atA.Peer.ClientId, atA.Peer.IsInbound));
        Assert.Equal((TestKeys.A.PublicKey, "first", true), (atB.Peer.PublicKey, atB.Peer.ClientId, atB.Peer.IsInbound));
        Assert.Equal(a.Enode.Id, atB.Peer.Id);

        Assert.True(atA.TrySend(7, 1, 2, 3));
        Assert.True(atB.TrySend(0));
        (int code, byte[] payload) = await atB.NextAsync();
        Assert.Equal(7, code);
        Assert.Equal([1, 2, 3], payload);
        Assert.Equal(0, (await atA.NextAsync()).Code);
    }

    [Fact]
    public async Task Messages_of_every_size_arrive_whole_and_in_order()
    {
        TestProtocol ours = new(), theirs = new();
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, ours);
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, theirs);
        await a.DialAsync(b);
        TestHandler atA = await ours.NextAsync(), atB = await theirs.NextAsync();

        byte[][] payloads = [.. Enumerable.Range(0, 60).Select(i => Noise(i, i * i * 271 % 400_000))];
        foreach (byte[] payload in payloads) Assert.True(atA.TrySend(payload.Length % 8, payload));
        foreach (byte[] payload in payloads)
        {
            (int code, byte[] arrived) = await atB.NextAsync();
            Assert.Equal(payload.Length % 8, code);
            Assert.Equal(payload, arrived);
        }
    }

    [Fact]
    public async Task A_disconnect_tells_the_other_end_why()
    {
        TestProtocol ours = new(), theirs = new();
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, ours);
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, theirs);
        DialResult result = await a.DialAsync(b);
        TestHandler atA = await ours.NextAsync(), atB = await theirs.NextAsync();

        result.Peer!.Disconnect(DisconnectReason.UselessPeer, "nothing to say");
        Assert.Equal(DisconnectReason.UselessPeer, await atB.Ended);
        Assert.Equal(DisconnectReason.UselessPeer, await atA.Ended);
        Assert.True((await b.NextEndAsync()).ByPeer);
        Assert.False((await a.NextEndAsync()).ByPeer);
        Assert.Empty(a.Host.Peers);
        Assert.Empty(b.Host.Peers);
        Assert.False(atA.TrySend(0));
    }

    private static byte[] Noise(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
