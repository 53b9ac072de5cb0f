using BpDao.Crypto;
using BpDao.Network.Rlpx;
using BpDao.Network.Sessions;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Sessions;

/// <summary>What can go wrong before a session is one.</summary>
public sealed class HelloTests
{
    private static readonly PrivateKey Key = TestKeys.B;
    private static readonly Capability[] Shared = [new("test", 1)];

    [Fact]
    public async Task Hello_with_another_key_than_the_handshake_is_refused()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        Assert.Equal(DisconnectReason.UnexpectedIdentity, await ReplyTo(host, new HelloMessage(5, "raw", Shared, 0, TestKeys.C.PublicKey)));
    }

    [Fact]
    public async Task Hello_without_a_key_is_refused()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        Assert.Equal(DisconnectReason.NullIdentity, await ReplyTo(host, new HelloMessage(5, "raw", Shared, 0, new PublicKey(new byte[64]))));
    }

    [Fact]
    public async Task A_peer_without_a_common_protocol_is_useless()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        using RawPeer peer = await RawPeer.GreetAsync(host, Key, capabilities: [new Capability("test", 2), new Capability("tes", 1)]);
        Assert.Equal(DisconnectReason.UselessPeer, await peer.NextDisconnectAsync());
        Assert.Empty(host.Host.Peers);
    }

    [Theory]
    [InlineData("80f84537")] // cut off
    [InlineData("80c0")] // nothing in it
    [InlineData("80")] // nothing at all
    [InlineData("02c0")] // Ping before Hello
    [InlineData("10c0")] // a protocol's message before Hello
    [InlineData("01c2")] // a malformed Disconnect
    [InlineData("c0")] // no code
    [InlineData("")] // no data
    public async Task What_is_no_Hello_is_refused(string data)
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        using RawPeer peer = await RawPeer.ConnectAsync(host, Key);
        Assert.Equal(BaseMessage.Hello, (await peer.NextAsync(isHello: true))!.Value.Code);
        await peer.SendDataAsync(Convert.FromHexString(data));
        Assert.Equal(DisconnectReason.BreachOfProtocol, await peer.NextDisconnectAsync(isHello: true));
    }

    [Fact]
    public async Task A_Hello_longer_than_two_kilobytes_is_refused_by_its_header_alone()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        using RawPeer peer = await RawPeer.ConnectAsync(host, Key);
        Assert.Equal(BaseMessage.Hello, (await peer.NextAsync(isHello: true))!.Value.Code);
        byte[] frame = peer.Seal(new byte[HelloMessage.MaxSize + 1]);
        await peer.Connection.WriteAsync(new ArraySegment<byte>(frame, 0, FrameCipher.HeaderSize));
        Assert.Equal(DisconnectReason.BreachOfProtocol, await peer.NextDisconnectAsync(isHello: true));
    }

    [Fact]
    public async Task A_Hello_with_a_wrong_MAC_is_refused()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new TestProtocol());
        using RawPeer peer = await RawPeer.ConnectAsync(host, Key);
        Assert.Equal(BaseMessage.Hello, (await peer.NextAsync(isHello: true))!.Value.Code);
        byte[] frame = peer.Seal([0x80, .. new HelloMessage(5, "raw", Shared, 0, Key.PublicKey).Encode()]);
        frame[^1] ^= 1;
        await peer.Connection.WriteAsync(frame);
        Assert.Equal(DisconnectReason.BreachOfProtocol, await peer.NextDisconnectAsync(isHello: true));
    }

    [Fact]
    public async Task A_client_that_calls_itself_strange_things_is_shown_in_printable_letters()
    {
        TestProtocol protocol = new();
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, protocol);
        using RawPeer peer = await RawPeer.ConnectAsync(host, Key);
        byte[] hello = new Core.RlpWriter().StartList().Write(5UL).Write("\u001b[31m\né"u8).StartList().StartList().Write("test"u8).Write(1UL).EndList().EndList()
            .Write(0UL).Write(Key.PublicKey.Bytes).EndList().ToArray();
        await peer.SendDataAsync([0x80, .. hello]);
        Assert.Equal("?[31m???", (await protocol.NextAsync()).Peer.ClientId);
    }

    [Fact]
    public async Task A_peer_of_before_snappy_is_spoken_to_without_it()
    {
        TestProtocol protocol = new();
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, Key, version: 4);
        TestHandler handler = await protocol.NextAsync();
        await peer.SendDataAsync([0x10, 1, 2, 3]);
        Assert.Equal([1, 2, 3], (await handler.NextAsync()).Payload);
        handler.TrySend(1, 4, 5, 6);
        (int code, byte[] payload) = (await peer.NextAsync(isHello: true))!.Value;
        Assert.Equal(0x11, code);
        Assert.Equal([4, 5, 6], payload);
    }

    private static async Task<DisconnectReason> ReplyTo(TestHost host, HelloMessage hello)
    {
        using RawPeer peer = await RawPeer.ConnectAsync(host, Key);
        Assert.Equal(BaseMessage.Hello, (await peer.NextAsync(isHello: true))!.Value.Code);
        await peer.SendHelloAsync(hello);
        return await peer.NextDisconnectAsync(isHello: true);
    }
}
