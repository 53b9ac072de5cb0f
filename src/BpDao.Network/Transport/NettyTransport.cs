using System.Net;
using System.Net.Sockets;
using DotNetty.Transport.Bootstrapping;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Sockets;

namespace BpDao.Network.Transport;

/// <summary>TCP over DotNetty: a few threads for all connections.</summary>
internal sealed class NettyTransport : ITransport
{
    private static readonly TimeSpan QuietPeriod = TimeSpan.Zero, ShutdownTimeout = TimeSpan.FromSeconds(2);

    private readonly MultithreadEventLoopGroup _group = new(Math.Clamp(Environment.ProcessorCount / 2, 1, 4));
    private readonly List<IChannel> _listeners = [];

    public async Task<IPEndPoint> ListenAsync(IPEndPoint local, Action<IConnection> accepted)
    {
        ServerBootstrap bootstrap = new ServerBootstrap()
            .Group(_group)
            .ChannelFactory(() => new TcpServerSocketChannel(local.AddressFamily))
            .Option(ChannelOption.SoBacklog, 128)
            .ChildOption(ChannelOption.AutoRead, false)
            .ChildOption(ChannelOption.TcpNodelay, true)
            .ChildOption(ChannelOption.RcvbufAllocator, OneBufferARead())
            .ChildHandler(new ActionChannelInitializer<IChannel>(channel => channel.Pipeline.AddLast(new NettyConnection(accepted))));
        try
        {
            IChannel listener = await bootstrap.BindAsync(local);
            _listeners.Add(listener);
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
            .Group(_group)
            .ChannelFactory(() => new TcpSocketChannel(remote.AddressFamily))
            .Option(ChannelOption.AutoRead, false)
            .Option(ChannelOption.TcpNodelay, true)
            .Option(ChannelOption.ConnectTimeout, timeout)
            .Option(ChannelOption.RcvbufAllocator, OneBufferARead())
            .Handler(new ActionChannelInitializer<IChannel>(channel => channel.Pipeline.AddLast(connection)));
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

    public async ValueTask DisposeAsync()
    {
        // Bounded: whether its loops say that they have ended is not always certain, and a node that stops does not wait for them.
        Task closed = CloseAsync();
        await Task.WhenAny(closed, Task.Delay(2 * ShutdownTimeout));
    }

    private async Task CloseAsync()
    {
        foreach (IChannel listener in _listeners) await listener.CloseAsync();
        await _group.ShutdownGracefullyAsync(QuietPeriod, ShutdownTimeout);
    }

    private static AdaptiveRecvByteBufAllocator OneBufferARead() => new() { MaxMessagesPerRead = 1 };
}
