using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Byzantine;

/// <summary>A transport that says something else than the engine meant.</summary>
internal abstract class TamperedTransport(IConsensusTransport inner) : IConsensusTransport
{
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

    public void Send(PeerId peer, ReadOnlyMemory<byte> message) => inner.Send(peer, message);

    public void Relay(PeerId from, ReadOnlyMemory<byte> message) => inner.Relay(from, message);

    public void Broadcast(ReadOnlyMemory<byte> message)
    {
        if (!MessageCodec.TryDecode(message.Span, out PorMessage? decoded)) throw new InvalidOperationException("The engine said something that cannot be read.");
        foreach (PorMessage said in Said(decoded)) inner.Broadcast(MessageCodec.Encode(said));
    }

    /// <summary>What leaves instead of that message.</summary>
    protected abstract IEnumerable<PorMessage> Said(PorMessage meant);
}

/// <summary>Shows a second block wherever it leads (evidence E1).</summary>
internal sealed class Equivocation(IConsensusTransport inner, Voice voice) : TamperedTransport(inner)
{
    protected override IEnumerable<PorMessage> Said(PorMessage meant)
    {
        yield return meant;
        if (meant is not Proposal m) yield break;
        byte[] extra = m.Block.Header.ExtraData.ToArray();
        extra[^1] ^= 1; // graffiti: another block, as good as the first
        Block other = new(m.Block.Header with { ExtraData = extra }, m.Block.Body);
        yield return m with { Block = other, Signature = voice.Signer.Sign(voice.Domain.Proposal(m.Epoch, m.Height, m.Round, other.Hash, m.JustificationDigest)) };
    }
}

/// <summary>Gives every vote of one kind twice, for different blocks (evidence E2, E3).</summary>
internal sealed class VoteTwice(IConsensusTransport inner, Voice voice, MessageKind kind) : TamperedTransport(inner)
{
    protected override IEnumerable<PorMessage> Said(PorMessage meant)
    {
        yield return meant;
        if (meant is not Vote m || m.Kind != kind) yield break;
        Hash256 other = Keccak256.Hash(m.BlockHash.Bytes);
        yield return m with { BlockHash = other, Signature = voice.Signer.Sign(voice.Domain.Vote(kind, m.Epoch, m.Height, m.Round, other)) };
    }
}

/// <summary>Gives its second vote, and gives the round up as if it had seen no QC1 (evidence E4).</summary>
internal sealed class HiddenSecondVote(IConsensusTransport inner, Voice voice) : TamperedTransport(inner)
{
    protected override IEnumerable<PorMessage> Said(PorMessage meant)
    {
        yield return meant;
        if (meant is not Vote { Kind: MessageKind.Vote2 } m) yield break;
        byte[] signature = voice.Signer.Sign(voice.Domain.Timeout(m.Epoch, m.Height, m.Round, 0, Hash256.Zero));
        yield return new TimeoutMessage(m.Epoch, m.Height, m.Round, 0, Hash256.Zero, null, m.Slot, signature);
    }
}

/// <summary>Commits to a salt and keeps it to itself (E8, which the contracts see).</summary>
internal sealed class HiddenSalt(IConsensusTransport inner) : TamperedTransport(inner)
{
    protected override IEnumerable<PorMessage> Said(PorMessage meant) => meant is SaltRevealMessage ? [] : [meant];
}

/// <summary>Keeps its votes to itself.</summary>
internal sealed class HiddenVotes(IConsensusTransport inner) : TamperedTransport(inner)
{
    protected override IEnumerable<PorMessage> Said(PorMessage meant) => meant is Vote ? [] : [meant];
}

/// <summary>Shows no block where it leads; another leads the next round.</summary>
internal sealed class HiddenProposals(IConsensusTransport inner) : TamperedTransport(inner)
{
    protected override IEnumerable<PorMessage> Said(PorMessage meant) => meant is Proposal ? [] : [meant];
}
