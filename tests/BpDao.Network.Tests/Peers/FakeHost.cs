using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network.Tests.Peers;

/// <summary>Sessions as a test wants them: every dial is answered at once by <see cref="Answer"/>, and the gate is asked as the real host does.</summary>
internal sealed class FakeHost(IPeerGate gate) : IPeerHost
{
    private readonly List<FakePeer> _peers = [];

    public event Action<IPeer>? SessionOpened;

    public event Action<IPeer, SessionEnd>? SessionClosed;

    public PublicKey PublicKey { get; } = NodeDiscovery.RandomTarget();

    public IReadOnlyList<IPeer> Peers => [.. _peers];

    public List<Enode> Dialled { get; } = [];

    /// <summary>What a dial finds.</summary>
    public Func<Enode, DialOutcome> Answer { get; set; } = static _ => DialOutcome.Connected;

    public DisconnectReason Reason { get; set; }

    public Task<DialResult> DialAsync(Enode node, CancellationToken cancellation = default)
    {
        Dialled.Add(node);
        DialOutcome outcome = Answer(node);
        if (outcome != DialOutcome.Connected) return Task.FromResult(new DialResult(outcome, null, Reason, ""));
        IPEndPoint remote = new(node.Address!, node.TcpPort);
        DisconnectReason? refusal = Connect(node.PublicKey, remote, isInbound: false, out FakePeer? peer);
        return Task.FromResult(peer is null ? new DialResult(DialOutcome.RefusedByUs, null, refusal!.Value, "") : new DialResult(DialOutcome.Connected, peer, default, ""));
    }

    /// <summary>Somebody has said Hello.</summary>
    public DisconnectReason? Connect(PublicKey key, IPEndPoint remote, bool isInbound, out FakePeer? peer)
    {
        peer = null;
        if (gate.Refuse(new PeerCandidate(key, remote, isInbound, "fake", []), Peers) is { } reason) return reason;
        peer = new FakePeer(key, remote, isInbound, this);
        _peers.Add(peer);
        SessionOpened?.Invoke(peer);
        return null;
    }

    public void End(FakePeer peer, SessionEnd end)
    {
        if (_peers.Remove(peer)) SessionClosed?.Invoke(peer, end);
    }

    public FakePeer Peer(Enode node) => _peers.Single(p => p.Id == node.Id);
}
