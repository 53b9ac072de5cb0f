using System.Net.WebSockets;
using System.Threading.Channels;

namespace BpDao.JsonRpc;

/// <summary>One WebSocket: its queue of outgoing messages and its subscriptions.</summary>
/// <remarks>What a reader that is slow or gone can hold is bounded: one answer, because the next request is read when it was sent, and
/// notifications up to a limit of bytes.</remarks>
internal sealed class RpcSocketConnection : IRpcConnection, IDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly RpcServerOptions _options;
    private readonly CancellationTokenSource _closing;
    private readonly RpcMetrics _metrics;
    private readonly Channel<Outgoing> _outgoing;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IRpcSubscription> _subscriptions = [];
    private readonly List<IRpcSubscription> _toStart = [];
    private WebSocketCloseStatus _status = WebSocketCloseStatus.NormalClosure;
    private string _reason = "";
    private long _waitingBytes;
    private bool _ended;

    public RpcSocketConnection(WebSocket socket, RpcServerOptions options, CancellationTokenSource closing, RpcMetrics metrics)
    {
        _socket = socket;
        _options = options;
        _closing = closing;
        _metrics = metrics;
        _outgoing = Channel.CreateBounded<Outgoing>(
            new BoundedChannelOptions(options.MaxQueuedMessages) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public bool TryAdd(IRpcSubscription subscription)
    {
        lock (_gate)
        {
            if (_subscriptions.Count >= _options.MaxSubscriptionsPerConnection) return false;
            _subscriptions.Add(subscription.Id, subscription);
            _toStart.Add(subscription);
            return true;
        }
    }

    public bool Remove(string subscriptionId)
    {
        IRpcSubscription? removed;
        lock (_gate)
        {
            if (!_subscriptions.Remove(subscriptionId, out removed)) return false;
            _toStart.Remove(removed);
        }

        removed.Dispose();
        return true;
    }

    public void Send(ReadOnlyMemory<byte> message)
    {
        long waiting = Interlocked.Add(ref _waitingBytes, message.Length);
        if (waiting <= _options.MaxQueuedBytes && _outgoing.Writer.TryWrite(new Outgoing(message, null))) return;
        Interlocked.Add(ref _waitingBytes, -message.Length);
        CloseAsSlow();
    }

    /// <summary>Queues the answer to a request at once; ends when the other end took it.</summary>
    public Task AnswerAsync(ReadOnlyMemory<byte> message)
    {
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_outgoing.Writer.TryWrite(new Outgoing(message, sent))) CloseAsSlow();
        return sent.Task.WaitAsync(_closing.Token);
    }

    /// <summary>Lets the subscriptions of the request just answered speak.</summary>
    public void StartSubscriptions()
    {
        IRpcSubscription[] starting;
        lock (_gate)
        {
            starting = [.. _toStart];
            _toStart.Clear();
        }

        foreach (IRpcSubscription subscription in starting) subscription.Start();
    }

    /// <summary>What the other end will read as the reason.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        lock (_gate)
        {
            if (!_ended) (_status, _reason) = (status, reason);
        }
    }

    /// <summary>Nothing more will be queued; what is queued still goes out.</summary>
    public void Complete()
    {
        lock (_gate) _ended = true;
        _outgoing.Writer.TryComplete();
    }

    public async Task SendLoopAsync()
    {
        try
        {
            await foreach (Outgoing next in _outgoing.Reader.ReadAllAsync(_closing.Token))
            {
                await _socket.SendAsync(next.Message, WebSocketMessageType.Text, endOfMessage: true, _closing.Token);
                if (next.Answered is { } answered) answered.SetResult();
                else Interlocked.Add(ref _waitingBytes, -next.Message.Length);
            }

            using CancellationTokenSource timeout = new(CloseTimeout);
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(_status, _reason, timeout.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            _socket.Abort();
            await _closing.CancelAsync(); // the reader waits for a message that cannot be answered any more
        }
    }

    public void Dispose()
    {
        IRpcSubscription[] ended;
        lock (_gate)
        {
            ended = [.. _subscriptions.Values];
            _subscriptions.Clear();
            _toStart.Clear();
        }

        foreach (IRpcSubscription subscription in ended) subscription.Dispose();
    }

    /// <summary>What is queued, and then the reason, has a moment to go out: who was only late will know why.</summary>
    private void CloseAsSlow()
    {
        lock (_gate)
        {
            if (_ended) return;
            _ended = true;
            (_status, _reason) = (WebSocketCloseStatus.PolicyViolation,
                $"too slow: more than {_options.MaxQueuedBytes} bytes or {_options.MaxQueuedMessages} messages wait");
            _closing.CancelAfter(CloseTimeout);
        }

        _metrics.OnSlowSocket();
        _outgoing.Writer.TryComplete();
    }

    /// <param name="Answered">Of an answer, to be set when it was sent; null for a notification.</param>
    private readonly record struct Outgoing(ReadOnlyMemory<byte> Message, TaskCompletionSource? Answered);
}
