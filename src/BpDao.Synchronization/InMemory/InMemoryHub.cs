using BpDao.Crypto;

namespace BpDao.Synchronization;

/// <summary>Connects the hosts of one process, each with every other, without sockets: the protocols above are the same as on a wire.</summary>
public sealed class InMemoryHub
{
    private readonly Lock _gate = new();
    private readonly List<InMemoryHost> _connected = [];

    /// <summary>A new place, not connected yet.</summary>
    public InMemoryHost CreateHost(PublicKey key) => new(this, key);

    internal void Connect(InMemoryHost host)
    {
        InMemoryHost[] others;
        lock (_gate)
        {
            if (_connected.Contains(host)) throw new InvalidOperationException($"{host.PublicKey} is connected already.");
            others = [.. _connected];
            _connected.Add(host);
        }

        foreach (InMemoryHost other in others) InMemoryPeer.Link(host, other);
    }

    internal void Disconnect(InMemoryHost host)
    {
        lock (_gate) _connected.Remove(host);
    }
}
