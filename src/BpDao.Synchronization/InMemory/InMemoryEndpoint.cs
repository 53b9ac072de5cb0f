using System.Threading.Channels;
using BpDao.Consensus;

namespace BpDao.Synchronization;

/// <summary>One node's place in an <see cref="InMemoryNetwork"/>.</summary>
public sealed class InMemoryEndpoint
{
    private readonly InMemoryNetwork _network;
    private readonly InMemoryLane _consensus;

    internal InMemoryEndpoint(InMemoryNetwork network, PeerId id, int queueCapacity)
    {
        _network = network;
        Id = id;
        _consensus = new InMemoryLane(network, this, queueCapacity);
    }

    public PeerId Id { get; }

    public IConsensusTransport Consensus => _consensus;

    /// <summary>Messages that arrived at a full queue.</summary>
    public long Dropped => _consensus.Dropped;

    /// <summary>Joins; peers on both sides are told.</summary>
    public void Connect() => _network.Connect(this);

    /// <summary>Leaves without a word, as a pulled cable; <see cref="Connect"/> joins again. What is queued here is still delivered.</summary>
    public void Disconnect() => _network.Disconnect(this);

    /// <summary>Delivers what arrives until cancelled. A handler that throws ends it: that is a bug and its owner's to see.</summary>
    public Task RunAsync(CancellationToken cancellation) => _consensus.PumpAsync(cancellation);

    internal void Enqueue(PeerId from, ReadOnlyMemory<byte> message) => _consensus.Enqueue(from, message);

    internal void OnPeerConnected(PeerId peer) => _consensus.OnPeerConnected(peer);
}

/// <summary>The messages of one endpoint.</summary>
internal sealed class InMemoryLane(InMemoryNetwork network, InMemoryEndpoint owner, int capacity) : IConsensusTransport
{
    // Wait, not DropWrite: with that, TryWrite says true for a message it threw away.
    private readonly Channel<(PeerId From, ReadOnlyMemory<byte> Message)> _queue = Channel.CreateBounded<(PeerId, ReadOnlyMemory<byte>)>(
        new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly RelayMemory _known = new();
    private long _dropped;

    public event Action<PeerId, ReadOnlyMemory<byte>>? Received;

    public event Action<PeerId>? PeerConnected;

    public long Dropped => Interlocked.Read(ref _dropped);

    public IReadOnlyCollection<PeerId> Peers => network.PeersOf(owner);

    public void Broadcast(ReadOnlyMemory<byte> message)
    {
        foreach (PeerId peer in Peers) _known.Add(peer, message.Span);
        network.Broadcast(owner, message);
    }

    public void Send(PeerId peer, ReadOnlyMemory<byte> message)
    {
        _known.Add(peer, message.Span);
        network.Send(owner, peer, message);
    }

    public void Relay(PeerId from, ReadOnlyMemory<byte> message)
    {
        foreach (PeerId peer in _known.Choose(Peers, owner.Id, from, message.Span)) network.Send(owner, peer, message);
    }

    public void Enqueue(PeerId from, ReadOnlyMemory<byte> message)
    {
        if (!_queue.Writer.TryWrite((from, message))) Interlocked.Increment(ref _dropped);
    }

    public void OnPeerConnected(PeerId peer)
    {
        // It may have been switched off and have lost what it had.
        _known.Forget(peer);
        PeerConnected?.Invoke(peer);
    }

    public async Task PumpAsync(CancellationToken cancellation)
    {
        await foreach ((PeerId from, ReadOnlyMemory<byte> message) in _queue.Reader.ReadAllAsync(cancellation))
        {
            _known.Add(from, message.Span);
            Received?.Invoke(from, message);
        }
    }
}
