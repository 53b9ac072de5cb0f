using System.Net;
using System.Threading.Channels;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;
using BpDao.Testing;

namespace BpDao.Synchronization.Tests;

/// <summary>The other end of a session, played by a test: what the node sends is written down.</summary>
internal sealed class TestPeer(string name, Capability capability) : IPeer
{
    private readonly List<(int Code, byte[] Payload)> _sent = [];
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<(int, byte[])> _next = Channel.CreateUnbounded<(int, byte[])>();

    public Hash256 Id { get; } = Keccak256.Hash(TestKeys.Of(name).PublicKey.Bytes);

    public PublicKey PublicKey { get; } = TestKeys.Of(name).PublicKey;

    public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 30303);

    public string ClientId => "test";

    public IReadOnlyList<Capability> Capabilities { get; } = [capability];

    public bool IsInbound => true;

    public bool IsTrusted => false;

    /// <summary>Points that were taken.</summary>
    public int Penalty { get; private set; }

    public DisconnectReason? Disconnected { get; private set; }

    public string? Detail { get; private set; }

    /// <summary>Completes when the node has disconnected it.</summary>
    public Task Left => _left.Task;

    /// <summary>False: its queue is full.</summary>
    public bool Takes { get; set; } = true;

    /// <summary>Thrown at the node when it sends something.</summary>
    public Exception? Fault { get; set; }

    public IReadOnlyList<(int Code, byte[] Payload)> Sent
    {
        get { lock (_sent) return [.. _sent]; }
    }

    public bool TrySend(Capability of, int code, ReadOnlyMemory<byte> payload)
    {
        if (Fault is { } fault) throw fault;
        if (!Takes) return false;
        lock (_sent) _sent.Add((code, payload.ToArray()));
        _next.Writer.TryWrite((code, payload.ToArray()));
        return true;
    }

    /// <summary>The next message, each once.</summary>
    public async Task<(int Code, byte[] Payload)> NextAsync(CancellationToken cancellation) => await _next.Reader.ReadAsync(cancellation);

    public void Penalise(int points, string reason) => Penalty += points;

    public void Disconnect(DisconnectReason reason, string detail)
    {
        Disconnected ??= reason;
        Detail ??= detail;
        _left.TrySetResult();
    }
}
