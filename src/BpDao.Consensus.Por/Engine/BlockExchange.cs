using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Asks peers for blocks and certificates and answers those who ask, within each peer's budget.</summary>
internal sealed class BlockExchange(EngineContext context, EpochStore epochs)
{
    private readonly AnswerBudget _answers = new(context.Time);

    /// <summary>A question of this peer may be looked at.</summary>
    public bool MayAnswer(PeerId peer) => _answers.MayAnswer(peer);

    /// <summary>The hinted peer first, then the others in turn.</summary>
    public void Ask(PorMessage question, PeerId? hint, int attempt)
    {
        PeerId[] peers = [.. context.Transport.Peers];
        if (peers.Length == 0) return;
        PeerId asked = attempt == 0 && hint is { } first && peers.Contains(first) ? first : peers[attempt % peers.Length];
        context.Transport.Send(asked, MessageCodec.Encode(question));
    }

    public void Answer(PeerId peer, PorMessage message)
    {
        byte[] encoded = MessageCodec.Encode(message);
        _answers.Spend(peer, encoded.Length);
        context.Transport.Send(peer, encoded);
    }

    public void Serve(ServeBlock m)
    {
        if (context.Chain.BlockByHash(m.BlockHash) is { } block) Answer(m.Peer, new BlockMessage(block));
    }

    public void Serve(ServeCertifiedBlock m)
    {
        if (context.Chain.CommittedAt(m.Height) is var (block, certificate)) Answer(m.Peer, new CertifiedBlockMessage(block, certificate));
    }

    /// <summary>Unasked: the peer spoke about a height that is over.</summary>
    public void Serve(ServeCertificate m)
    {
        if (!_answers.MayAnswer(m.Peer) || context.Chain.CommittedAt(m.Height) is not var (block, votes) || epochs.RecordOf(m.Height) is not { } record) return;
        Answer(m.Peer, new BlockCertificateMessage(new BlockCertificate(MessageKind.Vote2, record.Epoch, m.Height, block.Hash, votes)));
    }
}
