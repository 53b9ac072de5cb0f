using System.Net;

namespace BpDao.Network;

/// <summary>Sends and receives datagrams, some of which are lost.</summary>
public interface IDatagramSocket : IDisposable
{
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Begins to receive. The handler is called for one datagram after the other and never after <see cref="IDisposable.Dispose"/> has returned.</summary>
    void Start(DatagramHandler handler);

    /// <summary>Returns at once; what cannot be sent now is lost. Never calls a handler before it returns.</summary>
    void Send(ReadOnlySpan<byte> datagram, IPEndPoint to);
}

/// <param name="datagram">Valid during the call; longer ones than a reader wants may arrive cut.</param>
public delegate void DatagramHandler(ReadOnlySpan<byte> datagram, IPEndPoint from);
