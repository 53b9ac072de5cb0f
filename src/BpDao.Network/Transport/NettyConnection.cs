using System.Net;
using System.Threading.Tasks.Sources;
using DotNetty.Buffers;
using DotNetty.Transport.Channels;

namespace BpDao.Network.Transport;

/// <summary>A DotNetty channel that is read on demand. The channel must not read by itself.</summary>
internal sealed class NettyConnection : ChannelHandlerAdapter, IConnection, IValueTaskSource<int>
{
    /// <summary>Bytes thrown away behind the end of a session before the connection is cut.</summary>
    private const long MaxDiscarded = 1 << 20;

    private readonly Lock _lock = new();
    private readonly Queue<IByteBuffer> _arrived = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<NettyConnection>? _accepted;
    private ManualResetValueTaskSourceCore<int> _read = new() { RunContinuationsAsynchronously = true };
    private Memory<byte> _destination;
    private bool _waiting, _stopped, _isClosed;
    private long _discarded;
    private IChannel? _channel;

    /// <summary>A connection that comes in.</summary>
    /// <param name="accepted">Called on the channel's thread when the connection stands.</param>
    public NettyConnection(Action<NettyConnection> accepted) => _accepted = accepted;

    /// <summary>A connection that goes out.</summary>
    public NettyConnection(IPEndPoint remote) => Remote = remote;

    public IPEndPoint Remote { get; private set; } = new(IPAddress.None, 0);

    public Task Closed => _closed.Task;

    private IChannel Channel => _channel ?? throw new InvalidOperationException("The connection does not stand yet.");

    public ValueTask<int> ReadAsync(Memory<byte> destination)
    {
        lock (_lock)
        {
            if (_stopped) return new ValueTask<int>(0);
            if (_arrived.TryPeek(out IByteBuffer? buffer)) return new ValueTask<int>(TakeFrom(buffer, destination));
            if (_isClosed) return new ValueTask<int>(0);
            _read.Reset();
            _destination = destination;
            _waiting = true;
        }

        Channel.Read();
        return new ValueTask<int>(this, _read.Version);
    }

    public async Task<bool> WriteAsync(ArraySegment<byte> bytes)
    {
        IByteBuffer buffer = Unpooled.WrappedBuffer(bytes.Array, bytes.Offset, bytes.Count);
        try
        {
            // Whoever waits encrypts the next frames: not on the channel's thread.
            await Channel.WriteAndFlushAsync(buffer).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return true;
        }
        catch (Exception e) when (NettyFault.IsOfTheNetwork(e))
        {
            return false;
        }
    }

    public void StopReading()
    {
        bool read;
        lock (_lock)
        {
            if (_stopped) return;
            _stopped = true;
            read = !_isClosed && !_waiting;
            ReleaseArrived();
            CompleteRead(0);
        }

        if (read) Channel.Read();
    }

    public void Close() => _ = Channel.CloseAsync();

    // Not when it becomes active: whoever dials may go on before that is said.
    public override void HandlerAdded(IChannelHandlerContext context) => _channel = context.Channel;

    public override void ChannelActive(IChannelHandlerContext context)
    {
        if (_accepted is null) return;
        if (context.Channel.RemoteAddress is IPEndPoint remote) Remote = Unmapped(remote);
        _accepted(this);
    }

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        IByteBuffer buffer = (IByteBuffer)message;
        lock (_lock)
        {
            if (_stopped)
            {
                _discarded += buffer.ReadableBytes;
                buffer.Release();
                return;
            }

            _arrived.Enqueue(buffer);
            if (_waiting) CompleteRead(TakeFrom(_arrived.Peek(), _destination));
        }
    }

    public override void ChannelReadComplete(IChannelHandlerContext context)
    {
        bool more, close;
        lock (_lock)
        {
            close = _stopped && _discarded > MaxDiscarded;
            more = _waiting || _stopped;
        }

        if (close) context.CloseAsync();
        else if (more) context.Read();
    }

    public override void ChannelInactive(IChannelHandlerContext context)
    {
        lock (_lock)
        {
            _isClosed = true;
            CompleteRead(0);
            if (_stopped) ReleaseArrived();
        }

        _closed.TrySetResult();
    }

    /// <summary>A connection that breaks is one that is closed: whoever reads or writes learns it there.</summary>
    public override void ExceptionCaught(IChannelHandlerContext context, Exception exception) => context.CloseAsync();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private int TakeFrom(IByteBuffer buffer, Memory<byte> destination)
    {
        int length = Math.Min(buffer.ReadableBytes, destination.Length);
        buffer.GetIoBuffer(buffer.ReaderIndex, length).AsSpan().CopyTo(destination.Span);
        buffer.SkipBytes(length);
        if (!buffer.IsReadable()) _arrived.Dequeue().Release();
        return length;
    }

    private void CompleteRead(int length)
    {
        if (!_waiting) return;
        _waiting = false;
        _destination = default;
        _read.SetResult(length);
    }

    private void ReleaseArrived()
    {
        while (_arrived.TryDequeue(out IByteBuffer? buffer)) buffer.Release();
    }

    private static IPEndPoint Unmapped(IPEndPoint remote) => remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote;
}
