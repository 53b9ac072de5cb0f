using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Testing.Db;

namespace BpDao.Node.Tests.Validators;

/// <summary>What leaves a node is written down here; then it may be lost.</summary>
/// <param name="machine">A dead machine sends nothing.</param>
internal sealed class Wire(IConsensusTransport inner, CrashSimulatingDb machine, Action<PorMessage> leaves) : IConsensusTransport
{
    private volatile bool _isCut;

    public event Action<PeerId, ReadOnlyMemory<byte>> Received
    {
        add => inner.Received += value;
        remove => inner.Received -= value;
    }

    public event Action<PeerId> PeerConnected
    {
        add => inner.PeerConnected += value;
        remove => inner.PeerConnected -= value;
    }

    public IReadOnlyCollection<PeerId> Peers => inner.Peers;

    /// <summary>Nothing that leaves arrives; what others send still does.</summary>
    public bool IsCut
    {
        get => _isCut;
        set => _isCut = value;
    }

    public void Broadcast(ReadOnlyMemory<byte> message)
    {
        if (Leaves(message)) inner.Broadcast(message);
    }

    public void Send(PeerId peer, ReadOnlyMemory<byte> message)
    {
        if (Leaves(message)) inner.Send(peer, message);
    }

    public void Relay(PeerId from, ReadOnlyMemory<byte> message)
    {
        // Others' words: nothing that this node has said.
        if (!machine.HasCrashed && !_isCut) inner.Relay(from, message);
    }

    private bool Leaves(ReadOnlyMemory<byte> message)
    {
        if (machine.HasCrashed) return false;
        if (!MessageCodec.TryDecode(message.Span, out PorMessage? decoded)) throw new InvalidOperationException("The engine sent what is no message.");
        leaves(decoded);
        return !_isCut;
    }
}
