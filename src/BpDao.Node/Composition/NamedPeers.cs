using System.Collections.Concurrent;
using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;
using BpDao.Node.Options;
using Microsoft.Extensions.Logging;

namespace BpDao.Node.Composition;

/// <summary>Keeps sessions with the nodes that the operator named, and lets others in up to a limit; who is found at fault too often stays out a while.</summary>
internal sealed class NamedPeers(NetworkOptions options, TimeProvider time, ILogger<NamedPeers> logger) : IPeerGate
{
    private const int Points = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), LongestWait = TimeSpan.FromSeconds(15), Ban = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<Hash256, Target> _targets = new(
        NetworkOptions.Parse([.. options.StaticPeers, .. options.TrustedPeers, .. options.Bootnodes]).DistinctBy(n => n.Id)
            .Select(n => KeyValuePair.Create(n.Id, new Target(n))));
    private readonly HashSet<Hash256> _trusted = [.. NetworkOptions.Parse(options.TrustedPeers).Select(n => n.Id)];
    private readonly ConcurrentDictionary<Hash256, int> _lost = new();
    private readonly ConcurrentDictionary<Hash256, DateTimeOffset> _banned = new();

    public bool MayConnect(IPAddress remote) => true;

    public DisconnectReason? Refuse(PeerCandidate candidate, IReadOnlyList<IPeer> connected)
    {
        Hash256 id = Keccak256.Hash(candidate.PublicKey.Bytes);
        if (_trusted.Contains(id)) return null;
        if (_banned.TryGetValue(id, out DateTimeOffset until) && until > time.GetUtcNow()) return DisconnectReason.UselessPeer;
        return connected.Count(p => !p.IsTrusted) >= options.MaxPeers ? DisconnectReason.TooManyPeers : null;
    }

    public bool IsTrusted(PublicKey key) => _trusted.Contains(Keccak256.Hash(key.Bytes));

    public void Penalise(IPeer peer, int points, string reason)
    {
        int lost = _lost.AddOrUpdate(peer.Id, points, (_, before) => before + points);
        logger.LogDebug("{Peer} loses {Points} points: {Reason}", peer.Id, points, reason);
        if (lost < Points || peer.IsTrusted) return;
        _lost.TryRemove(peer.Id, out _);
        _banned[peer.Id] = time.GetUtcNow() + Ban;
        peer.Disconnect(DisconnectReason.BreachOfProtocol, reason);
    }

    /// <summary>Dials whom it should be connected with, until cancelled.</summary>
    public async Task RunAsync(IPeerHost host, CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            HashSet<Hash256> connected = [.. host.Peers.Select(p => p.Id), Keccak256.Hash(host.PublicKey.Bytes)];
            foreach (Target target in _targets.Values)
            {
                if (!connected.Contains(target.Node.Id) && target.TryBegin(time.GetUtcNow())) _ = DialAsync(host, target, cancellation);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task DialAsync(IPeerHost host, Target target, CancellationToken cancellation)
    {
        DialResult result = await host.DialAsync(target.Node, cancellation);
        target.End(time.GetUtcNow(), result.Outcome == DialOutcome.Connected);
        if (result.Outcome != DialOutcome.Connected) logger.LogDebug("{Node}: {Outcome} {Detail}", target.Node, result.Outcome, result.Detail);
    }

    private sealed class Target(Enode node)
    {
        private readonly Lock _gate = new();
        private TimeSpan _wait = Interval;
        private DateTimeOffset _next;
        private bool _dialling;

        public Enode Node => node;

        public bool TryBegin(DateTimeOffset now)
        {
            lock (_gate) return !_dialling && now >= _next && (_dialling = true);
        }

        public void End(DateTimeOffset now, bool connected)
        {
            lock (_gate)
            {
                _dialling = false;
                _wait = connected ? Interval : TimeSpan.FromTicks(Math.Min(_wait.Ticks * 2, LongestWait.Ticks));
                _next = now + _wait;
            }
        }
    }
}
