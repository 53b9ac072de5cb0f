using System.Collections.Immutable;
using BpDao.Consensus;

namespace BpDao.Synchronization;

/// <summary>Connects nodes that live in one process, each with every other. It carries bytes only, so that nodes share nothing but
/// what they would on a wire.</summary>
public sealed class InMemoryNetwork(InMemoryNetworkOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private ImmutableArray<InMemoryEndpoint> _connected = [];

    /// <summary>A new place in the network, not connected yet: its owner subscribes first.</summary>
    public InMemoryEndpoint CreateEndpoint(PeerId id) => new(this, id, options.QueueCapacity);

    internal void Connect(InMemoryEndpoint endpoint)
    {
        ImmutableArray<InMemoryEndpoint> others;
        lock (_gate)
        {
            if (_connected.Contains(endpoint)) return;
            if (_connected.Any(e => e.Id == endpoint.Id)) throw new InvalidOperationException($"Endpoint {endpoint.Id} is there already.");
            others = _connected;
            _connected = others.Add(endpoint);
        }

        foreach (InMemoryEndpoint other in others)
        {
            other.OnPeerConnected(endpoint.Id);
            endpoint.OnPeerConnected(other.Id);
        }
    }

    internal void Disconnect(InMemoryEndpoint endpoint)
    {
        lock (_gate) _connected = _connected.Remove(endpoint);
    }

    internal IReadOnlyCollection<PeerId> PeersOf(InMemoryEndpoint endpoint) =>
        IsConnected(endpoint) ? [.. _connected.Where(e => e != endpoint).Select(e => e.Id)] : [];

    internal void Broadcast(InMemoryEndpoint from, ReadOnlyMemory<byte> message)
    {
        if (!IsConnected(from)) return;
        foreach (InMemoryEndpoint to in _connected)
        {
            if (to != from) Carry(from, to, message);
        }
    }

    internal void Send(InMemoryEndpoint from, PeerId peer, ReadOnlyMemory<byte> message)
    {
        if (IsConnected(from) && _connected.FirstOrDefault(e => e.Id == peer) is { } to) Carry(from, to, message);
    }

    private bool IsConnected(InMemoryEndpoint endpoint) => _connected.Contains(endpoint);

    private void Carry(InMemoryEndpoint from, InMemoryEndpoint to, ReadOnlyMemory<byte> message)
    {
        // A copy, as a socket would make: the sender may use its buffer again.
        byte[] copy = message.ToArray();
        TimeSpan latency = options.Latency(from.Id, to.Id);
        if (latency == TimeSpan.Zero)
        {
            to.Enqueue(from.Id, copy);
            return;
        }

        ITimer? timer = null;
        timer = time.CreateTimer(_ => Arrive(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(latency, Timeout.InfiniteTimeSpan);

        void Arrive()
        {
            timer!.Dispose();
            if (IsConnected(from) && IsConnected(to)) to.Enqueue(from.Id, copy);
        }
    }
}
