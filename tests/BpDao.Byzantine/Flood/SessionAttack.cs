using System.Collections.Concurrent;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;
using BpDao.Specs;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Byzantine.Flood;

/// <summary>Sessions that shake hands and greet in order, and then send rubbish as fast as it is taken. After a session ends the same key tries again
/// once, as one that is banned does, and then a new one.</summary>
internal static class SessionAttack
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(
        string name, Func<Overheard, byte[]> rubbish, ChainSpec spec, Enode target, ConcurrentDictionary<string, int> ends, CancellationToken stop)
    {
        byte[] hello = new RlpWriter(64).StartList().Write(1UL).Write(spec.NetworkId).Write(spec.GenesisHash!.Value).EndList().ToArray();
        while (!stop.IsCancellationRequested)
        {
            using PrivateKey key = PrivateKey.Generate();
            for (int attempt = 0; attempt < 2 && !stop.IsCancellationRequested; attempt++)
            {
                string end = await AttackAsync(key, hello, rubbish, target, stop);
                ends.AddOrUpdate($"{name}: {end}", 1, (_, count) => count + 1);
                await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<string> AttackAsync(
        PrivateKey key, byte[] hello, Func<Overheard, byte[]> rubbish, Enode target, CancellationToken stop)
    {
        FloodProtocol protocol = new();
        TaskCompletionSource<SessionEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RlpxHost host = new(key, [protocol], new OpenGate(), new RlpxOptions { Listen = null, ClientId = "flood" }, TimeProvider.System, NullLoggerFactory.Instance);
        host.SessionClosed += (_, end) => ended.TrySetResult(end);
        DialResult dialled = await host.DialAsync(target, stop);
        if (dialled.Peer is not { } peer) return $"not let in: {dialled.Outcome} {dialled.Reason}";
        peer.TrySend(FloodProtocol.Name, 0, hello);
        while (!ended.Task.IsCompleted && !stop.IsCancellationRequested)
        {
            byte[] message = rubbish(protocol.Overheard);
            if (!peer.TrySend(FloodProtocol.Name, Rubbish.Code, message)) await Task.WhenAny(ended.Task, Task.Delay(Pause, CancellationToken.None));
        }

        return ended.Task.IsCompleted ? $"{(await ended.Task).Reason}{((await ended.Task).ByPeer ? "" : " (by us)")}" : "still open in the end";
    }

    private sealed class OpenGate : IPeerGate
    {
        public bool MayConnect(System.Net.IPAddress remote) => true;

        public DisconnectReason? Refuse(PeerCandidate candidate, IReadOnlyList<IPeer> connected) => null;

        public bool IsTrusted(PublicKey key) => true;

        public void Penalise(IPeer peer, int points, string reason)
        {
        }
    }
}
