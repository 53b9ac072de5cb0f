using System.Net;
using System.Threading.Channels;
using BpDao.Crypto;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Network.Tests.Sessions;

/// <summary>A host on loopback whose clock stands still.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Channel<(IPeer Peer, SessionEnd End)> _closed = Channel.CreateUnbounded<(IPeer, SessionEnd)>();

    private TestHost(PrivateKey key, RlpxOptions options, IReadOnlyList<IProtocol> protocols)
    {
        Host = new RlpxHost(key, protocols, Gate, options, Time, NullLoggerFactory.Instance);
        Host.SessionClosed += (peer, end) => _closed.Writer.TryWrite((peer, end));
    }

    public TestTime Time { get; } = new();

    public TestGate Gate { get; } = new();

    public RlpxHost Host { get; }

    public Enode Enode => new(Host.PublicKey, Host.LocalEndPoint!);

    public static Task<TestHost> StartAsync(PrivateKey key, params IProtocol[] protocols) => StartAsync(key, new RlpxOptions(), protocols);

    public static async Task<TestHost> StartAsync(PrivateKey key, RlpxOptions options, params IProtocol[] protocols)
    {
        TestHost host = new(key, options with { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, protocols);
        await host.Host.StartAsync();
        return host;
    }

    public Task<DialResult> DialAsync(TestHost other) => Host.DialAsync(other.Enode).WaitAsync(Deadline);

    /// <summary>The next session that ended.</summary>
    public async Task<SessionEnd> NextEndAsync() => (await _closed.Reader.ReadAsync().AsTask().WaitAsync(Deadline)).End;

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
