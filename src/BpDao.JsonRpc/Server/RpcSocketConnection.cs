using System.Net.WebSockets;
using System.Threading.Channels;

namespace BpDao.JsonRpc;

/// <summary>One WebSocket: its queue of outgoing messages and its subscriptions.</summary>
internal sealed class RpcSocketConnection : IRpcConnection, IDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly RpcServerOptions _options;
    private readonly CancellationTokenSource _closing;
    private readonly RpcMetrics _metrics;
    private readonly Channel<ReadOnlyMemory<byte>> _outgoing;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IRpcSubscription> _subscriptions = [];
    private readonly List<IRpcSubscription> _toStart = [];
    private WebSocketCloseStatus _status = WebSocketCloseStatus.NormalClosure;
    private string _reason = "";

    public RpcSocketConnection(WebSocket socket, RpcServerOptions options, CancellationTokenSource closing, RpcMetrics metrics)
    {
        _socket = socket;
        _options = options;
        _closing = closing;
        _metrics = metrics;
        _outgoing = Channel.CreateBounded<ReadOnlyMemory<byte>>(
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
        if (_outgoing.Writer.TryWrite(message) || _closing.IsCancellationRequested) return;
        _metrics.OnSlowSocket();
        _closing.Cancel();
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
    public void Close(WebSocketCloseStatus status, string reason) => (_status, _reason) = (status, reason);

    /// <summary>Nothing more will be queued; what is queued still goes out.</summary>
    public void Complete() => _outgoing.Writer.TryComplete();

    public async Task SendLoopAsync()
    {
        try
        {
            await foreach (ReadOnlyMemory<byte> message in _outgoing.Reader.ReadAllAsync(_closing.Token))
            {
                await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _closing.Token);
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
}
