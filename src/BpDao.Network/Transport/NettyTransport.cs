using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DotNetty.Transport.Bootstrapping;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Sockets;

namespace BpDao.Network.Transport;

/// <summary>TCP over DotNetty: a few threads for all connections of the process.</summary>
internal sealed class NettyTransport : ITransport
{
    /// <summary>The process's, and never shut down: a DotNetty loop that is given a task in its last moment never ends and turns a processor round,
    /// and one that has ended takes tasks and runs none, so that who waits for a close waits without end. Their threads do not hold the process up.</summary>
    private static readonly MultithreadEventLoopGroup Loops = new(Math.Clamp(Environment.ProcessorCount / 2, 1, 4));

    private readonly ConcurrentDictionary<IChannel, bool> _open = new();
    private volatile bool _isDisposed;

    public async Task<IPEndPoint> ListenAsync(IPEndPoint local, Action<IConnection> accepted)
    {
        ServerBootstrap bootstrap = new ServerBootstrap()
            .Group(Loops)
            .ChannelFactory(() => new TcpServerSocketChannel(local.AddressFamily))
            .Option(ChannelOption.SoBacklog, 128)
            .ChildOption(ChannelOption.AutoRead, false)
            .ChildOption(ChannelOption.TcpNodelay, true)
            .ChildOption(ChannelOption.RcvbufAllocator, OneBufferARead())
            .Handler(new ActionChannelInitializer<IChannel>(Keep))
            .ChildHandler(new ActionChannelInitializer<IChannel>(channel =>
            {
                Keep(channel);
                channel.Pipeline.AddLast(new NettyConnection(accepted));
            }));
        try
        {
            IChannel listener = await bootstrap.BindAsync(local);
            return (IPEndPoint)listener.LocalAddress;
        }
        catch (SocketException e)
        {
            throw new IOException($"cannot listen on {local}: {e.Message}", e);
        }
    }

    public async Task<IConnection?> ConnectAsync(IPEndPoint remote, TimeSpan timeout, CancellationToken cancellation)
    {
        NettyConnection connection = new(remote);
        Bootstrap bootstrap = new Bootstrap()
            .Group(Loops)
            .ChannelFactory(() => new TcpSocketChannel(remote.AddressFamily))
            .Option(ChannelOption.AutoRead, false)
            .Option(ChannelOption.TcpNodelay, true)
            .Option(ChannelOption.ConnectTimeout, timeout)
            .Option(ChannelOption.RcvbufAllocator, OneBufferARead())
            .Handler(new ActionChannelInitializer<IChannel>(channel =>
            {
                Keep(channel);
                channel.Pipeline.AddLast(connection);
            }));
        Task<IChannel> connecting = bootstrap.ConnectAsync(remote);
        try
        {
            await connecting.WaitAsync(cancellation);
            return connection;
        }
        catch (Exception e) when (NettyFault.IsOfTheNetwork(e))
        {
            _ = connecting.ContinueWith(static late => late.IsCompletedSuccessfully ? late.Result.CloseAsync() : Task.CompletedTask, TaskScheduler.Default);
            return null;
        }
    }

    /// <summary>Closes all that is open; what opens from now on is closed at once.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await Task.WhenAll(_open.Keys.Select(channel => channel.CloseAsync()));
    }

    private void Keep(IChannel channel)
    {
        _open.TryAdd(channel, true);
        channel.CloseCompletion.ContinueWith(_ => _open.TryRemove(channel, out bool _), TaskScheduler.Default);
        if (_isDisposed) channel.CloseAsync();
    }

    private static AdaptiveRecvByteBufAllocator OneBufferARead() => new() { MaxMessagesPerRead = 1 };
}
