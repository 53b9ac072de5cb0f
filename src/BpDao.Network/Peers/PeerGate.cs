using System.Net;
using BpDao.Core;
using BpDao.Crypto;
using Microsoft.Extensions.Logging;

namespace BpDao.Network;

/// <summary>Limits, scores and bans of peers. Thread-safe; memory bounded.</summary>
public sealed class PeerGate : IPeerGate
{
    /// <summary>Connections at once and a second from one address, and from all: a handshake takes a fair part of a millisecond. One address of a local
    /// network may be a whole network behind a proxy: there only the sum counts, and apart, so that strangers do not keep neighbours out.</summary>
    private const int ConnectionBurst = 10, ConnectionsPerSecond = 1, AllConnectionsPerSecond = 200;

    /// <summary>A node that the operator named is not kept out for longer.</summary>
    private static readonly TimeSpan LongestStaticBan = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly PeerOptions _options;
    private readonly PeerBook _book;
    private readonly BanList _bans;
    private readonly RateLimiter _connections, _localConnections;
    private readonly ILogger _log;
    private long _turnedAway;

    public PeerGate(PeerOptions options, PeerBook book, TimeProvider time, ILogger log)
    {
        (_options, _book, _log) = (options, book, log);
        _bans = new BanList(options.BanTime, time);
        _connections = new RateLimiter(ConnectionBurst, ConnectionsPerSecond, AllConnectionsPerSecond, time);
        _localConnections = new RateLimiter(AllConnectionsPerSecond, AllConnectionsPerSecond, AllConnectionsPerSecond, time);
    }

    /// <summary>Nodes that are out for what they did.</summary>
    public int Banned => _bans.Count;

    /// <summary>Connections that were closed unread, since the start.</summary>
    public long TurnedAway => Interlocked.Read(ref _turnedAway);

    public bool MayConnect(IPAddress remote)
    {
        RateLimiter limiter = NetworkAddress.IsLocal(remote) ? _localConnections : _connections;
        if (!_bans.IsBanned(remote))
        {
            lock (_gate)
            {
                if (limiter.TryTake(new IPEndPoint(remote, 0))) return true;
            }
        }

        Interlocked.Increment(ref _turnedAway);
        return false;
    }

    public DisconnectReason? Refuse(PeerCandidate candidate, IReadOnlyList<IPeer> connected)
    {
        Hash256 id = Keccak256.Hash(candidate.PublicKey.Bytes);
        if (_book.IsTrusted(id)) return null;
        if (IsBanned(id)) return DisconnectReason.UselessPeer;
        if (_book.IsStatic(id)) return null;

        int all = 0, inbound = 0, sameAddress = 0, inboundOfSubnet = 0;
        IPAddress address = candidate.RemoteEndPoint.Address;
        UInt128 owner = NetworkAddress.Owner(address), subnet = NetworkAddress.Subnet(address);
        foreach (IPeer peer in connected)
        {
            if (_book.IsNamed(peer.Id)) continue;
            all++;
            if (NetworkAddress.Owner(peer.RemoteEndPoint.Address) == owner) sameAddress++;
            if (!peer.IsInbound) continue;
            inbound++;
            if (NetworkAddress.Subnet(peer.RemoteEndPoint.Address) == subnet) inboundOfSubnet++;
        }

        bool isFull = all >= _options.MaxPeers || (candidate.IsInbound && inbound >= _options.MaxInbound);
        bool isCrowded = sameAddress >= _options.MaxPerAddress || (candidate.IsInbound && inboundOfSubnet >= _options.MaxInboundPerSubnet);
        return isFull || (isCrowded && !NetworkAddress.IsLocal(address)) ? DisconnectReason.TooManyPeers : null;
    }

    public bool IsTrusted(PublicKey key) => _book.IsTrusted(Keccak256.Hash(key.Bytes));

    public bool IsBanned(in Hash256 id) => _bans.IsBanned(id);

    public bool IsBanned(IPAddress address) => _bans.IsBanned(address);

    public void Penalise(IPeer peer, int points, string reason)
    {
        bool isUsedUp = _bans.Add(peer.Id, points);
        _log.LogDebug("Peer {Peer} loses {Points} points: {Reason}", peer.RemoteEndPoint, points, reason);
        if (!isUsedUp || _book.IsTrusted(peer.Id)) return;
        TimeSpan span = _bans.Ban(peer.Id, peer.RemoteEndPoint.Address, _book.IsStatic(peer.Id) ? LongestStaticBan : null);
        _log.LogDebug("Peer {Peer} {ClientId} is kept out for {Minutes} minutes: {Reason}", peer.RemoteEndPoint, peer.ClientId, (int)Math.Ceiling(span.TotalMinutes), reason);
        peer.Disconnect(DisconnectReason.BreachOfProtocol, reason);
    }
}
