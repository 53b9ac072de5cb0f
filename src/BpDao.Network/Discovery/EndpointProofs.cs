using System.Net;
using BpDao.Core;

namespace BpDao.Network;

/// <summary>Who is where, proved by answered pings in both directions (discv4, Endpoint Proof). Not thread-safe.</summary>
internal sealed class EndpointProofs(TimeSpan lifetime, TimeProvider time)
{
    // Two maps: pings come from any address that somebody writes on them, and must not push out what was proved.
    private readonly RecentMap<(Hash256, IPEndPoint), bool> _answered = new(8192, lifetime, time);
    private readonly RecentMap<(Hash256, IPEndPoint), bool> _pinged = new(8192, lifetime, time);

    /// <summary>It answered a ping of ours there: it may be answered.</summary>
    public void Answered(in Hash256 node, IPEndPoint from) => _answered.Set((node, from), true);

    /// <summary>It pinged us from there, and we answered: it takes us for proved.</summary>
    public void Pinged(in Hash256 node, IPEndPoint from) => _pinged.Set((node, from), true);

    /// <summary>It did not answer a question, so perhaps it has forgotten us.</summary>
    public void Doubt(in Hash256 node, IPEndPoint from) => _pinged.Remove((node, from));

    public bool MayBeAnswered(in Hash256 node, IPEndPoint from) => _answered.Contains((node, from));

    public bool MayBeAsked(in Hash256 node, IPEndPoint from) => _answered.Contains((node, from)) && _pinged.Contains((node, from));
}
