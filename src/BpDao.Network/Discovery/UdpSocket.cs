using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace BpDao.Network;

/// <summary>The system's UDP.</summary>
public sealed class UdpSocket : IDatagramSocket
{
    private readonly Socket _socket;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <param name="listen">Port 0 takes a free one; the IPv6 any-address takes IPv4 too.</param>
    /// <exception cref="SocketException">The port is taken, or may not be.</exception>
    public UdpSocket(IPEndPoint listen, ILogger log)
    {
        _log = log;
        _socket = new Socket(listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            if (listen.Address.Equals(IPAddress.IPv6Any)) _socket.DualMode = true;
            _socket.Bind(listen);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }

        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint LocalEndPoint { get; }

    public void Start(DatagramHandler handler) => _loop = Task.Run(() => ReceiveAsync(handler));

    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint to)
    {
        try
        {
            _socket.SendTo(datagram, SocketFlags.None, ForSocket(to));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Full buffers, no route, a closed socket: to whoever waits for an answer it is as if the network had lost it.
            _log.LogTrace("Nothing sent to {To}: {Reason}", to, e.Message);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _loop.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private async Task ReceiveAsync(DatagramHandler handler)
    {
        // One byte more than any packet may have, so that a longer one is seen to be too long.
        byte[] buffer = new byte[PacketCodec.MaxBytes + 1];
        IPEndPoint any = new(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, any, _stop.Token);
                IPEndPoint from = (IPEndPoint)result.RemoteEndPoint;
                if (from.Address.IsIPv4MappedToIPv6) from = new IPEndPoint(from.Address.MapToIPv4(), from.Port);
                handler(buffer.AsSpan(0, result.ReceivedBytes), from);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // A datagram that was too long, or an answer to ours that nobody listens; the socket goes on.
                _log.LogTrace("Nothing received: {Reason}", e.Message);
            }
        }
    }

    private IPEndPoint ForSocket(IPEndPoint to) =>
        _socket.AddressFamily == AddressFamily.InterNetworkV6 && to.AddressFamily == AddressFamily.InterNetwork
            ? new IPEndPoint(to.Address.MapToIPv6(), to.Port)
            : to;
}
