using System.Collections.Concurrent;
using System.Net.Sockets;
using BpDao.Network;

namespace BpDao.Byzantine.Flood;

/// <summary>TCP connections that never become sessions.</summary>
internal static class RawAttack
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(string name, Enode target, bool sends, ConcurrentDictionary<string, int> ends, CancellationToken stop)
    {
        byte[] rubbish = new byte[4096];
        while (!stop.IsCancellationRequested)
        {
            Random.Shared.NextBytes(rubbish);
            string end = await AttackAsync(target, sends ? rubbish : null, stop);
            ends.AddOrUpdate($"{name}: {end}", 1, (_, count) => count + 1);
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<string> AttackAsync(Enode target, byte[]? rubbish, CancellationToken stop)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(target.Address!, target.TcpPort, stop);
            NetworkStream stream = client.GetStream();
            if (rubbish is not null) await stream.WriteAsync(rubbish, stop);
            while (await stream.ReadAsync(new byte[1024], stop) > 0)
            {
            }

            return "closed";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return "closed";
        }
        catch (OperationCanceledException)
        {
            return "still open in the end";
        }
    }
}
