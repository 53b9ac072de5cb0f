using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>Keeps some of what others say from the engine: its proposals cannot carry what it never heard of.</summary>
internal sealed class DeafTransport(IConsensusTransport inner, Func<PorMessage, bool> ignores) : IConsensusTransport
{
    private readonly Dictionary<Action<PeerId, ReadOnlyMemory<byte>>, Action<PeerId, ReadOnlyMemory<byte>>> _filters = [];

    public event Action<PeerId, ReadOnlyMemory<byte>> Received
    {
        add => inner.Received += _filters[value] = (from, message) =>
        {
            if (!MessageCodec.TryDecode(message.Span, out PorMessage? read) || !ignores(read)) value(from, message);
        };
        remove => inner.Received -= _filters[value];
    }

    public event Action<PeerId> PeerConnected
    {
        add => inner.PeerConnected += value;
        remove => inner.PeerConnected -= value;
    }

    public IReadOnlyCollection<PeerId> Peers => inner.Peers;

    public void Broadcast(ReadOnlyMemory<byte> message) => inner.Broadcast(message);

    public void Send(PeerId peer, ReadOnlyMemory<byte> message) => inner.Send(peer, message);

    public void Relay(PeerId from, ReadOnlyMemory<byte> message) => inner.Relay(from, message);

    public void Misbehaved(PeerId peer, string what) => inner.Misbehaved(peer, what);
}
