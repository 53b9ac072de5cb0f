namespace BpDao.Synchronization;

/// <summary>Whom to ask next: who claims to have it, is worth asking, has the least to do, and was quickest the last time.</summary>
internal sealed class PeerChoice(SyncSessions sessions)
{
    /// <summary>The highest head that a peer worth asking claims; zero when none does.</summary>
    public ulong HighestTip
    {
        get
        {
            ulong highest = 0;
            foreach (RemotePeer peer in sessions.Peers)
            {
                if (peer.IsAvailable && peer.Tip is { } tip && tip > highest) highest = tip;
            }

            return highest;
        }
    }

    /// <summary>Somebody claims to have more than that and has not failed to show it.</summary>
    public bool IsPromised(ulong number) => sessions.Peers.Any(p => p.IsCredible && p.Tip > number);

    /// <summary>Somebody worth asking claims no more than that.</summary>
    public bool IsDenied(ulong number) => sessions.Peers.Any(p => p.IsAvailable && p.Tip <= number);

    /// <summary>Null when nobody claims to have block <paramref name="number"/> and is free.</summary>
    /// <param name="except">Asked already, in vain.</param>
    public RemotePeer? Take(ulong number, IReadOnlyCollection<RemotePeer>? except = null)
    {
        RemotePeer? best = null;
        (int, TimeSpan) least = (RemotePeer.MostUnderWay, TimeSpan.Zero);
        foreach (RemotePeer peer in sessions.Peers)
        {
            if (!peer.IsAvailable || peer.Tip is not { } tip || tip < number || except?.Contains(peer) == true) continue;
            (int, TimeSpan) load = (peer.UnderWay, peer.Lag);
            if (load.CompareTo(least) < 0) (best, least) = (peer, load);
        }

        return best;
    }
}
