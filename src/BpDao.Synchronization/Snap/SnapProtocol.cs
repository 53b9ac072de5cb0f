using BpDao.Network;
using BpDao.State;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization.Snap;

/// <summary><c>snap/1</c>: states are served in ranges, with proofs (devp2p, snap.md).</summary>
public sealed class SnapProtocol(
    StateStore states, SnapPeers peers, SnapCounters counters, SnapOptions options, TimeProvider time, ILogger<SnapProtocol> logger) : IProtocol, IDisposable
{
    internal static readonly Capability Snap1 = new("snap", 1);

    private readonly SnapServer _server = new(states);
    private readonly SemaphoreSlim _together = new(options.ServedTogether);

    public Capability Capability => Snap1;

    public int MessageCount => SnapCode.Count;

    public int MaxMessageBytes(int code) => (code & 1) == 0 ? SnapLimits.RequestBytes : SnapLimits.AnswerBytes;

    public IProtocolHandler Open(IPeer peer)
    {
        SnapSession session = new(peer, new SnapServing(_server, peer, _together, counters, options, time, logger), peers, time);
        peers.Add(session);
        return session;
    }

    /// <summary>After the sessions have ended.</summary>
    public void Dispose() => _together.Dispose();
}
