using System.Net.Sockets;
using DotNetty.Common.Concurrency;
using DotNetty.Transport.Channels;

namespace BpDao.Network.Transport;

/// <summary>DotNetty reports as exceptions what is everyday life on a network.</summary>
internal static class NettyFault
{
    /// <summary>Refused, reset, timed out, closed here or there, or given up; not a mistake of this program. Closed channels and timeouts are
    /// <see cref="IOException"/>s.</summary>
    public static bool IsOfTheNetwork(Exception e) =>
        e is IOException or SocketException or ConnectException or ChannelException or RejectedExecutionException or ObjectDisposedException or OperationCanceledException;
}
