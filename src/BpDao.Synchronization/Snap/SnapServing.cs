using System.Threading.Channels;
using BpDao.Network;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization.Snap;

/// <summary>What one peer asks for, answered one after the other beside the session's reading thread: a short queue, so much a second, and only
/// so many peers at once.</summary>
internal sealed class SnapServing : IDisposable
{
    /// <summary>What a request costs of the share beside its answer's bytes, and each thing that is looked for: finding nothing is work as well.</summary>
    private const int BytesOfRequest = 1024, BytesOfLookup = 512;

    // Seconds whose bytes may go at once.
    private const int Burst = 4;

    private readonly Channel<(int Code, byte[] Payload)> _queue;
    private readonly TokenBucket _bytes;
    private readonly SnapServer _server;
    private readonly SnapCounters _counters;
    private readonly IPeer _peer;
    private readonly SemaphoreSlim _together;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended = new();

    public SnapServing(SnapServer server, IPeer peer, SemaphoreSlim together, SnapCounters counters, SnapOptions options, TimeProvider time, ILogger logger)
    {
        (_server, _peer, _together, _counters, _time, _logger) = (server, peer, together, counters, time, logger);
        _bytes = new TokenBucket(time, options.ServedBytesPerSecond, Burst * options.ServedBytesPerSecond);
        _queue = Channel.CreateBounded<(int, byte[])>(new BoundedChannelOptions(options.QueuedRequests) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _ = RunAsync(_ended.Token);
    }

    /// <summary>False when too many wait already.</summary>
    public bool TryEnqueue(int code, ReadOnlySpan<byte> payload) => _queue.Writer.TryWrite((code, payload.ToArray()));

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _ended.Cancel();
    }

    private async Task RunAsync(CancellationToken ended)
    {
        try
        {
            await foreach ((int code, byte[] payload) in _queue.Reader.ReadAllAsync(ended))
            {
                if (await AnswerAsync(code, payload, ended) is not { } cost) return;
                await Task.Delay(_bytes.Borrow(cost), _time, ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The session has ended.
        }
        catch (ObjectDisposedException)
        {
            // The node closes its database.
        }
        catch (Exception error)
        {
            // A failing disk or a bug of ours: the chain meets the first itself; the peer is not made to wait for an answer that never comes.
            _logger.LogError(error, "Serving state to {Peer} failed", _peer.RemoteEndPoint);
            _peer.Disconnect(DisconnectReason.SubprotocolReason, "state cannot be served");
        }
    }

    /// <returns>What it takes of the peer's share; null when there is no answer.</returns>
    private async Task<long?> AnswerAsync(int code, byte[] payload, CancellationToken ended)
    {
        await _together.WaitAsync(ended);
        SnapServed served;
        try
        {
            served = _server.Answer(code, payload);
        }
        finally
        {
            _together.Release();
        }

        if (served.Payload is not { } answer)
        {
            _peer.Disconnect(DisconnectReason.BreachOfProtocol, $"malformed snap request {code}");
            return null;
        }

        _counters.AddServed(answer.Length);
        _peer.TrySend(SnapProtocol.Snap1, code + 1, answer);
        return BytesOfRequest + ((long)BytesOfLookup * served.Lookups) + answer.Length;
    }
}
