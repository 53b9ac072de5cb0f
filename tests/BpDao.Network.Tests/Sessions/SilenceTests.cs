using BpDao.Network.Rlpx;
using BpDao.Network.Sessions;
using BpDao.Network.Tests.Transport;
using BpDao.Testing;
using Xunit;

namespace BpDao.Network.Tests.Sessions;

/// <summary>Peers that say too little, or too slowly. The clock is the test's.</summary>
public sealed class SilenceTests
{
    private static readonly RlpxOptions Options = new();
    private readonly TestProtocol _protocol = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    public async Task A_stranger_who_does_not_finish_his_first_packet_is_left(int bytes)
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using SocketConnection connection = await SocketConnection.ConnectAsync(host.Host.LocalEndPoint!);
        byte[] begun = new byte[bytes];
        if (bytes > 1) (begun[0], begun[1]) = (0x01, 0x90); // 400 bytes, it says
        if (bytes > 0) await connection.WriteAsync(begun);
        await PassesUntilAsync(host, Options.HandshakeTimeout, connection.ReadAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task Who_exchanges_keys_and_says_no_Hello_is_left()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.ConnectAsync(host, TestKeys.B);
        Assert.Equal(BaseMessage.Hello, (await peer.NextAsync(isHello: true))!.Value.Code);
        Task<(int, byte[])?> end = peer.NextAsync();
        await PassesUntilAsync(host, Options.HandshakeTimeout, end);
        Assert.Null(await end);
    }

    [Fact]
    public async Task Bytes_that_trickle_in_do_not_prolong_the_handshake()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using SocketConnection connection = await SocketConnection.ConnectAsync(host.Host.LocalEndPoint!);
        Task<int> end = connection.ReadAsync(new byte[1]).AsTask();
        await connection.WriteAsync(new byte[] { 1, 0x90 });
        await host.Time.TimerMadeAsync(Options.HandshakeTimeout);
        for (int second = 0; second < 4; second++)
        {
            await connection.WriteAsync(new byte[] { 7 });
            host.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(end.IsCompleted);
        }

        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await end.WaitAsync(TestHost.Deadline));
    }

    [Fact]
    public async Task A_silent_peer_is_pinged_once_and_left_when_it_stays_silent()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        TestHandler handler = await _protocol.NextAsync();
        host.Time.Advance(Options.PingInterval);
        Assert.Equal(BaseMessage.Ping, (await peer.NextAsync())!.Value.Code);

        host.Time.Advance(Options.IdleTimeout - Options.PingInterval - TimeSpan.FromSeconds(1));
        Assert.False(handler.HasEnded);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DisconnectReason.PingTimeout, await peer.NextDisconnectAsync());
        Assert.Equal(DisconnectReason.PingTimeout, await handler.Ended);
    }

    [Fact]
    public async Task A_peer_that_answers_pings_stays()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        TestHandler handler = await _protocol.NextAsync();
        for (int i = 0; i < 5; i++)
        {
            host.Time.Advance(Options.PingInterval);
            Assert.Equal(BaseMessage.Ping, (await peer.NextAsync())!.Value.Code);
            await peer.SendAsync(BaseMessage.Pong, 0xc0);
            await peer.SendAsync(0x10);
            await handler.NextAsync();
            handler.Settle();
        }

        Assert.False(handler.HasEnded);
    }

    [Fact]
    public async Task A_ping_is_answered()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        await peer.SendAsync(BaseMessage.Ping, 0xc0);
        (int code, byte[] payload) = (await peer.NextAsync())!.Value;
        Assert.Equal(BaseMessage.Pong, code);
        Assert.Equal([0xc0], payload);
    }

    [Fact]
    public async Task A_peer_whose_message_is_being_worked_on_is_not_silent()
    {
        using ManualResetEventSlim begun = new(), mayGoOn = new();
        _protocol.Received = (_, _, _) =>
        {
            begun.Set();
            mayGoOn.Wait(TestHost.Deadline);
        };
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        TestHandler handler = await _protocol.NextAsync();
        await peer.SendAsync(0x10);
        begun.Wait(TestHost.Deadline);
        host.Time.Advance(2 * Options.IdleTimeout);
        mayGoOn.Set();
        await handler.NextAsync();
        handler.Settle();
        host.Time.Advance(Options.PingInterval);
        Assert.Equal(BaseMessage.Ping, (await peer.NextAsync())!.Value.Code);
        Assert.False(handler.HasEnded);
    }

    [Fact]
    public async Task A_peer_that_takes_no_bytes_is_left()
    {
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, _protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        TestHandler handler = await _protocol.NextAsync();
        byte[] noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        while (handler.TrySend(0, noise))
        {
        }

        for (int second = 0; second < 100 && !handler.HasEnded; second++)
        {
            // It talks, but does not listen.
            await peer.SendAsync(0x10);
            await Task.WhenAny(handler.NextAsync(), handler.Ended);
            handler.Settle();
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(DisconnectReason.PingTimeout, await handler.Ended);
        Assert.Contains("takes no bytes", (await host.NextEndAsync()).Detail, StringComparison.Ordinal);
    }

    /// <summary>Not a moment before the time is over, and at once when it is.</summary>
    private static async Task PassesUntilAsync(TestHost host, TimeSpan span, Task end)
    {
        await host.Time.TimerMadeAsync(Options.HandshakeTimeout);
        host.Time.Advance(span - TimeSpan.FromMilliseconds(1));
        Assert.False(end.IsCompleted);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        await end.WaitAsync(TestHost.Deadline);
    }
}
