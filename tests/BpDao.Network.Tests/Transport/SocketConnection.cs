using System.Net;
using System.Net.Sockets;
using BpDao.Network.Transport;

namespace BpDao.Network.Tests.Transport;

/// <summary>The other end of a connection, without DotNetty.</summary>
internal sealed class SocketConnection(TcpClient client) : IConnection, IDisposable
{
    private readonly NetworkStream _stream = client.GetStream();

    public IPEndPoint Remote => (IPEndPoint)client.Client.RemoteEndPoint!;

    public Task Closed => Task.CompletedTask;

    public static async Task<SocketConnection> ConnectAsync(IPEndPoint remote)
    {
        TcpClient client = new();
        await client.ConnectAsync(remote);
        return new SocketConnection(client);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> destination)
    {
        try
        {
            return await _stream.ReadAsync(destination);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public async Task<bool> WriteAsync(ArraySegment<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void StopReading()
    {
    }

    public void Close() => client.Close();

    public void Dispose() => client.Dispose();
}
