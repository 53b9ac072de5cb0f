using BpDao.Network;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization.Snap;

/// <summary>What one peer asks for over snap: so much a second, and only so many peers at once.</summary>
internal sealed class SnapServing : IDisposable
{
    /// <summary>What a request costs of the share beside its answer's bytes, and each thing that is looked for: finding nothing is work as well.</summary>
    private const int BytesOfRequest = 1024, BytesOfLookup = 512;

    // Seconds whose bytes may go at once.
    private const int Burst = 4;

    private readonly PacedQueue<(int Code, byte[] Payload)> _queue;
    private readonly SnapServer _server;
    private readonly SnapCounters _counters;
    private readonly IPeer _peer;
    private readonly SemaphoreSlim _together;
    private readonly ILogger _logger;

    public SnapServing(SnapServer server, IPeer peer, SemaphoreSlim together, SnapCounters counters, SnapOptions options, TimeProvider time, ILogger logger)
    {
        (_server, _peer, _together, _counters, _logger) = (server, peer, together, counters, logger);
        TokenBucket share = new(time, options.ServedBytesPerSecond, Burst * options.ServedBytesPerSecond);
        _queue = new PacedQueue<(int Code, byte[] Payload)>(options.QueuedRequests, share, ServeAsync, Fail, time);
    }

    /// <summary>False when too many wait already.</summary>
    public bool TryEnqueue(int code, ReadOnlySpan<byte> payload) => _queue.TryAdd((code, payload.ToArray()));

    public void Dispose() => _queue.Dispose();

    private async ValueTask<long> ServeAsync((int Code, byte[] Payload) request, CancellationToken ended)
    {
        SnapServed served;
        await _together.WaitAsync(ended);
        try
        {
            served = _server.Answer(request.Code, request.Payload);
        }
        finally
        {
            _together.Release();
        }

        if (served.Payload is not { } answer)
        {
            _peer.Disconnect(DisconnectReason.BreachOfProtocol, $"malformed snap request {request.Code}");
            return 0;
        }

        _counters.AddServed(answer.Length);
        _peer.TrySend(SnapProtocol.Snap1, request.Code + 1, answer);
        return BytesOfRequest + ((long)BytesOfLookup * served.Lookups) + answer.Length;
    }

    private void Fail(Exception fault)
    {
        // The node closes its database.
        if (fault is ObjectDisposedException) return;
        // A failing disk or a bug of ours: the chain meets the first itself; the peer is not made to wait for an answer that never comes.
        _logger.LogError(fault, "Serving state to {Peer} failed", _peer.RemoteEndPoint);
        _peer.Disconnect(DisconnectReason.SubprotocolReason, "state cannot be served");
    }
}
