using System.Net;

namespace BpDao.Network.Transport;

/// <summary>One TCP connection. Bytes are taken from the socket only when somebody asks for them.</summary>
internal interface IConnection
{
    IPEndPoint Remote { get; }

    /// <summary>Completes when the connection is closed, by whomever.</summary>
    Task Closed { get; }

    /// <summary>Waits for at least one byte. One call at a time.</summary>
    /// <returns>0 when nothing comes any more.</returns>
    ValueTask<int> ReadAsync(Memory<byte> destination);

    /// <summary>Done when the bytes are in the hands of the system; until then they must not change. One call at a time.</summary>
    /// <returns>False when the connection is closed.</returns>
    Task<bool> WriteAsync(ArraySegment<byte> bytes);

    /// <summary>Nobody will read any more: the call that waits returns 0. What still comes is thrown away up to a bound, so that the other end can take
    /// what was sent last; a socket closed over unread bytes would reset it.</summary>
    void StopReading();

    void Close();
}

/// <summary>Makes connections.</summary>
internal interface ITransport : IAsyncDisposable
{
    /// <param name="accepted">Called for every connection that comes in, on a thread that must not be held up.</param>
    /// <returns>Where it listens, with the port that port 0 became.</returns>
    /// <exception cref="IOException">The address cannot be had.</exception>
    Task<IPEndPoint> ListenAsync(IPEndPoint local, Action<IConnection> accepted);

    /// <returns>Null when nobody answers in time.</returns>
    Task<IConnection?> ConnectAsync(IPEndPoint remote, TimeSpan timeout, CancellationToken cancellation);
}
