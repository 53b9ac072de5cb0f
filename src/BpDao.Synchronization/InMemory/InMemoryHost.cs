using BpDao.Crypto;
using BpDao.Network;

namespace BpDao.Synchronization;

/// <summary>One node's end of the sessions of an <see cref="InMemoryHub"/>.</summary>
public sealed class InMemoryHost : IPeerHost
{
    private readonly InMemoryHub _hub;
    private readonly TaskCompletionSource _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private IReadOnlyList<InMemoryPeer> _peers = [];
    private long _dropped;

    internal InMemoryHost(InMemoryHub hub, PublicKey key) => (_hub, PublicKey) = (hub, key);

    public event Action<IPeer>? SessionOpened;

    public event Action<IPeer, SessionEnd>? SessionClosed;

    public PublicKey PublicKey { get; }

    public IReadOnlyList<IPeer> Peers => _peers;

    /// <summary>Messages that a peer's full queue did not take.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    internal IReadOnlyList<IProtocol> Protocols { get; private set; } = [];

    /// <summary>Opens a session with everybody who is there and shares a protocol.</summary>
    public void Connect(IReadOnlyList<IProtocol> protocols)
    {
        Protocols = protocols;
        _hub.Connect(this);
    }

    /// <summary>Ends all sessions; <see cref="Connect"/> opens new ones.</summary>
    public void Disconnect()
    {
        _hub.Disconnect(this);
        foreach (InMemoryPeer peer in _peers) peer.Disconnect(DisconnectReason.ClientQuitting, "quits");
    }

    /// <summary>Ends with the fault of a protocol's handler: a bug, and its owner's to see. Otherwise when cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => _fault.Task.WaitAsync(cancellation);

    /// <summary>Everybody is connected anyway.</summary>
    public Task<DialResult> DialAsync(Enode node, CancellationToken cancellation = default) =>
        Task.FromResult(new DialResult(DialOutcome.NotReachable, null, DisconnectReason.Requested, "there are no wires here"));

    internal void Add(InMemoryPeer peer)
    {
        lock (_gate) _peers = [.. _peers, peer];
        SessionOpened?.Invoke(peer);
    }

    internal void Remove(InMemoryPeer peer, SessionEnd end)
    {
        lock (_gate) _peers = [.. _peers.Where(p => p != peer)];
        SessionClosed?.Invoke(peer, end);
    }

    internal void Fail(Exception fault) => _fault.TrySetException(fault);

    internal void CountDropped() => Interlocked.Increment(ref _dropped);
}
