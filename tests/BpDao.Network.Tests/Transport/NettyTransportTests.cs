using System.Collections.Concurrent;
using System.Net;
using BpDao.Network.Tests.Sessions;
using BpDao.Network.Transport;
using Xunit;

namespace BpDao.Network.Tests.Transport;

/// <summary>How the carrier of bytes ends: soon, and with all that it opened.</summary>
public sealed class NettyTransportTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task A_transport_that_ends_closes_every_connection_and_listens_no_more()
    {
        TaskCompletionSource<IConnection> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using NettyTransport a = new(), other = new();
        NettyTransport b = new();
        IPEndPoint place = await b.ListenAsync(AnyPort, accepted.SetResult), elsewhere = await other.ListenAsync(AnyPort, _ => { });
        IConnection atA = (await ConnectAsync(a, place))!, atB = await accepted.Task.WaitAsync(TestHost.Deadline), fromB = (await ConnectAsync(b, elsewhere))!;
        Task<int> reading = atA.ReadAsync(new byte[1]).AsTask();

        await b.DisposeAsync().AsTask().WaitAsync(TestHost.Deadline);
        await Task.WhenAll(atB.Closed, fromB.Closed).WaitAsync(TestHost.Deadline);
        Assert.Equal(0, await reading.WaitAsync(TestHost.Deadline));
        Assert.Null(await ConnectAsync(a, place));
        Assert.NotNull(await ConnectAsync(a, elsewhere));
    }

    [Fact]
    public async Task A_transport_ends_at_once_whatever_its_connections_are_at()
    {
        await using NettyTransport caller = new();
        for (int round = 0; round < 100; round++)
        {
            ConcurrentBag<IConnection> accepted = [];
            NettyTransport transport = new();
            IPEndPoint place = await transport.ListenAsync(AnyPort, accepted.Add);
            Task<IConnection?>[] calls = [ConnectAsync(caller, place), ConnectAsync(transport, place), ConnectAsync(caller, place)];
            if (round % 2 == 0) await calls[0];
            Task ended = transport.DisposeAsync().AsTask();
            foreach (IConnection connection in accepted) connection.Close();
            await ended.WaitAsync(TestHost.Deadline);
            foreach (IConnection? connection in await Task.WhenAll(calls).WaitAsync(TestHost.Deadline))
            {
                if (connection is null) continue;
                await connection.WriteAsync(new byte[10]).WaitAsync(TestHost.Deadline);
                connection.Close();
                await connection.Closed.WaitAsync(TestHost.Deadline);
            }
        }
    }

    private static Task<IConnection?> ConnectAsync(NettyTransport from, IPEndPoint to) => from.ConnectAsync(to, TestHost.Deadline, CancellationToken.None);
}
