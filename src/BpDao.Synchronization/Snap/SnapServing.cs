using System.Threading.Channels;
using BpDao.Network;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization.Snap;

/// <summary>What one peer asks for, answered one after the other beside the session's reading thread: a short queue, so much a second, and only
/// so many peers at once.</summary>
internal sealed class SnapServing : IDisposable
{
    private readonly Channel<(int Code, byte[] Payload)> _queue;
    private readonly SnapServingBudget _budget;
    private readonly SnapServer _server;
    private readonly IPeer _peer;
    private readonly SemaphoreSlim _together;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended = new();

    public SnapServing(SnapServer server, IPeer peer, SemaphoreSlim together, SnapOptions options, TimeProvider time, ILogger logger)
    {
        (_server, _peer, _together, _time, _logger) = (server, peer, together, time, logger);
        _budget = new SnapServingBudget(options.ServedBytesPerSecond, time);
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
                await Task.Delay(_budget.Wait, _time, ended);
                if (!await AnswerAsync(code, payload, ended)) return;
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

    private async Task<bool> AnswerAsync(int code, byte[] payload, CancellationToken ended)
    {
        await _together.WaitAsync(ended);
        byte[]? answer;
        try
        {
            answer = _server.Answer(code, payload);
        }
        finally
        {
            _together.Release();
        }

        if (answer is null)
        {
            _peer.Disconnect(DisconnectReason.BreachOfProtocol, $"malformed snap request {code}");
            return false;
        }

        _budget.Spend(answer.Length);
        _peer.TrySend(SnapProtocol.Snap1, code + 1, answer);
        return true;
    }
}

/// <summary>Bytes a second, with what was not used in the last seconds on top. For one thread.</summary>
internal sealed class SnapServingBudget(long bytesPerSecond, TimeProvider time)
{
    private const int SavedSeconds = 4;

    private long _left = bytesPerSecond * SavedSeconds;
    private long _at = time.GetTimestamp();

    /// <summary>Until the next answer may begin.</summary>
    public TimeSpan Wait
    {
        get
        {
            TimeSpan passed = time.GetElapsedTime(_at);
            _at = time.GetTimestamp();
            Int128 earned = (Int128)passed.Ticks * bytesPerSecond / TimeSpan.TicksPerSecond;
            _left = (long)Int128.Min(_left + earned, bytesPerSecond * SavedSeconds);
            return _left >= 0 ? TimeSpan.Zero : TimeSpan.FromTicks(-_left * TimeSpan.TicksPerSecond / bytesPerSecond);
        }
    }

    public void Spend(int bytes) => _left -= bytes;
}
