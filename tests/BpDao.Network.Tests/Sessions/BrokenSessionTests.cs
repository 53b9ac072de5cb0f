using BpDao.Network.Rlpx;
using BpDao.Network.Sessions;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Sessions;

/// <summary>Peers that break the rules of an open session.</summary>
public sealed class BrokenSessionTests
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";

    private readonly TestProtocol _protocol = new(messages: 8, maxBytes: 1000);

    [Theory]
    [InlineData(0)] // the header
    [InlineData(16)] // the header's MAC
    [InlineData(32)] // the data
    [InlineData(-1)] // the data's MAC
    public async Task A_frame_that_was_changed_on_the_way_ends_the_session(int place)
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        byte[] frame = peer.Seal([0x10, 0x01, 0x00, 0x00]);
        frame[place < 0 ? frame.Length + place : place] ^= 0x80;
        await peer.Connection.WriteAsync(frame);
        await EndsAsync(host, peer, "a wrong MAC");
    }

    [Fact]
    public async Task A_frame_longer_than_any_message_ends_the_session_by_its_header_alone()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        byte[] frame = peer.Seal(new byte[MessageFrame.MaxDataLength(1024, compress: true) + 1]);
        await peer.Connection.WriteAsync(new ArraySegment<byte>(frame, 0, FrameCipher.HeaderSize));
        await EndsAsync(host, peer, "longer than any message");
    }

    [Theory]
    [InlineData("10e807" + Zeros, "badly compressed")] // says 1000 and has other bytes
    [InlineData("10e907" + Zeros, "1001 bytes, 1000 are allowed")]
    [InlineData("10e807", "badly compressed")] // 1000 in no byte
    [InlineData("10ffffffff07", "badly compressed")] // two gigabytes in five bytes
    [InlineData("10ffffffffff", "badly compressed")] // a length without end
    [InlineData("10", "badly compressed")] // no length
    [InlineData("1005", "badly compressed")] // a length and nothing
    [InlineData("02ff0100", "badly compressed")]
    [InlineData("04", "badly compressed")]
    [InlineData("040100c0", "no place here")] // a code that the base protocol keeps for later
    [InlineData("0001c0", "no code")] // zero is written 0x80
    [InlineData("800100c0", "no place here")] // a second Hello
    [InlineData("1801c0", "no shared protocol")] // one behind the last
    [InlineData("8818181818181818180100", "no shared protocol")]
    [InlineData("89181818181818181818", "no code")]
    [InlineData("c0", "no code")]
    [InlineData("", "no code")]
    [InlineData("02010080", "malformed")] // Ping that is no list
    [InlineData("010100c2", "malformed")]
    [InlineData("01010011", "malformed")] // a reason that nobody knows
    public async Task A_malformed_message_ends_the_session(string data, string detail)
    {
        bool reached = false;
        _protocol.Received = (_, _, _) => reached = true;
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        await peer.SendDataAsync(Convert.FromHexString(data));
        await EndsAsync(host, peer, detail);
        Assert.False(reached);
    }

    [Fact]
    public async Task A_message_as_long_as_allowed_is_handed_over_and_one_byte_more_is_not()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        TestHandler handler = await _protocol.NextAsync();
        await peer.SendAsync(0x17, new byte[1000]);
        Assert.Equal(1000, (await handler.NextAsync()).Payload.Length);
        await peer.SendAsync(0x17, new byte[1001]);
        await EndsAsync(host, peer, "1001 bytes, 1000 are allowed");
        Assert.Equal(DisconnectReason.BreachOfProtocol, await handler.Ended);
    }

    [Fact]
    public async Task A_protocol_that_fails_ends_the_session_and_the_host_goes_on()
    {
        _protocol.Received = (_, _, _) => throw new InvalidOperationException("a bug");
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        await peer.SendAsync(0x10);
        Assert.Equal(DisconnectReason.SubprotocolReason, await peer.NextDisconnectAsync());
        Assert.Equal(DisconnectReason.SubprotocolReason, (await host.NextEndAsync()).Reason);

        using RawPeer next = await RawPeer.GreetAsync(host, TestKeys.C);
        await _protocol.NextAsync();
        Assert.Equal(TestKeys.C.PublicKey, (await _protocol.NextAsync()).Peer.PublicKey);
    }

    [Theory]
    [InlineData("010100c0", DisconnectReason.Requested)]
    [InlineData("010204c104", DisconnectReason.TooManyPeers)]
    [InlineData("01c104", DisconnectReason.TooManyPeers)] // not compressed
    [InlineData("0104", DisconnectReason.TooManyPeers)] // neither compressed nor a list
    [InlineData("01010003", DisconnectReason.UselessPeer)]
    public async Task A_peer_may_say_why_it_leaves(string data, DisconnectReason reason)
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        TestHandler handler = await _protocol.NextAsync();
        await peer.SendDataAsync(Convert.FromHexString(data));
        SessionEnd end = await host.NextEndAsync();
        Assert.Equal((reason, true), (end.Reason, end.ByPeer));
        Assert.Equal(end.Reason, await handler.Ended);
    }

    private static async Task EndsAsync(TestHost host, RawPeer peer, string detail)
    {
        Assert.Equal(DisconnectReason.BreachOfProtocol, await peer.NextDisconnectAsync());
        SessionEnd end = await host.NextEndAsync();
        Assert.Equal((DisconnectReason.BreachOfProtocol, false), (end.Reason, end.ByPeer));
        Assert.Contains(detail, end.Detail, StringComparison.Ordinal);
        Assert.Empty(host.Host.Peers);
    }
}
