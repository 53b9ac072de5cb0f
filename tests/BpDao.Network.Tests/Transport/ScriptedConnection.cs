using System.Net;
using System.Threading.Channels;
using BpDao.Network.Tests.Sessions;
using BpDao.Network.Transport;

namespace BpDao.Network.Tests.Transport;

/// <summary>A connection in memory: what arrives is given beforehand, in pieces; what is written is kept, and waits as long as the test wants.</summary>
internal sealed class ScriptedConnection(IEnumerable<byte[]> arriving) : IConnection
{
    private readonly IEnumerator<byte[]> _arriving = arriving.GetEnumerator();
    private readonly Channel<bool> _mayWrite = Channel.CreateUnbounded<bool>(), _written = Channel.CreateUnbounded<bool>();
    private ReadOnlyMemory<byte> _piece;

    public List<byte[]> Written { get; } = [];

    public IPEndPoint Remote { get; } = new(IPAddress.Loopback, 1);

    public Task Closed => Task.CompletedTask;

    /// <summary>Lets one write, that was or will be made, be done.</summary>
    public void AllowWrite() => _mayWrite.Writer.TryWrite(true);

    /// <summary>Waits until a write is made.</summary>
    public Task WriteMadeAsync() => _written.Reader.ReadAsync().AsTask().WaitAsync(TestHost.Deadline);

    public ValueTask<int> ReadAsync(Memory<byte> destination)
    {
        while (_piece.IsEmpty && _arriving.MoveNext()) _piece = _arriving.Current;
        int length = Math.Min(_piece.Length, destination.Length);
        _piece[..length].CopyTo(destination);
        _piece = _piece[length..];
        return new ValueTask<int>(length);
    }

    public async Task<bool> WriteAsync(ArraySegment<byte> bytes)
    {
        Written.Add([.. bytes]);
        _written.Writer.TryWrite(true);
        await _mayWrite.Reader.ReadAsync();
        return true;
    }

    public void StopReading()
    {
    }

    public void Close()
    {
    }
}
