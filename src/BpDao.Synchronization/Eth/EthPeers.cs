using System.Collections.Immutable;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>The peers on the same chain. Thread-safe.</summary>
public sealed class EthPeers
{
    private readonly Lock _lock = new();
    private ImmutableDictionary<Hash256, EthPeer> _peers = ImmutableDictionary<Hash256, EthPeer>.Empty;
    private IReadOnlyList<EthPeer> _all = [];

    /// <summary>A copy that does not change, in an order that stays the same while the peers do.</summary>
    public IReadOnlyList<EthPeer> All
    {
        get
        {
            lock (_lock) return _all;
        }
    }

    /// <summary>Raised on the peer's reading thread.</summary>
    public event Action<EthPeer>? Joined;

    public event Action<EthPeer>? Left;

    internal void Add(EthPeer peer)
    {
        Change(peers => peers.SetItem(peer.Peer.Id, peer));
        Joined?.Invoke(peer);
    }

    internal void Remove(EthPeer peer)
    {
        Change(peers => peers.TryGetValue(peer.Peer.Id, out EthPeer? there) && there == peer ? peers.Remove(peer.Peer.Id) : peers);
        peer.Close();
        Left?.Invoke(peer);
    }

    private void Change(Func<ImmutableDictionary<Hash256, EthPeer>, ImmutableDictionary<Hash256, EthPeer>> change)
    {
        lock (_lock)
        {
            _peers = change(_peers);
            _all = [.. _peers.Values.OrderBy(p => p.Peer.Id)];
        }
    }
}
