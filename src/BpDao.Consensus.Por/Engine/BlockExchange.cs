using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Asks peers for blocks and certificates and answers those who ask, within each peer's budget.</summary>
internal sealed class BlockExchange
{
    private readonly EngineContext _context;
    private readonly EpochStore _epochs;
    private readonly AnswerBudget _answers;
    private readonly AnswerQueue _queue;

    public BlockExchange(EngineContext context, EpochStore epochs)
    {
        (_context, _epochs) = (context, epochs);
        _answers = new AnswerBudget(context.Time);
        _queue = new AnswerQueue(context.Transport, _answers, context.Time);
    }

    /// <summary>A question of this peer may be looked at.</summary>
    public bool MayAnswer(PeerId peer) => _answers.MayAnswer(peer);

    /// <summary>The hinted peer first, then the others in turn.</summary>
    public void Ask(PorMessage question, PeerId? hint, int attempt)
    {
        PeerId[] peers = [.. _context.Transport.Peers];
        if (peers.Length == 0) return;
        PeerId asked = attempt == 0 && hint is { } first && peers.Contains(first) ? first : peers[attempt % peers.Length];
        _context.Transport.Send(asked, MessageCodec.Encode(question));
    }

    /// <summary>At once: a block of the open height is at hand, and somebody may need it for its vote.</summary>
    public void Answer(PeerId peer, PorMessage message)
    {
        byte[] encoded = MessageCodec.Encode(message);
        _answers.Spend(peer, encoded.Length);
        _context.Transport.Send(peer, encoded);
    }

    public void Serve(ServeBlock m) =>
        _queue.Add(m.Peer, () => _context.Chain.BlockByHash(m.BlockHash) is { } block ? new BlockMessage(block) : null);

    public void Serve(ServeCertifiedBlock m) =>
        _queue.Add(m.Peer, () => _context.Chain.CommittedAt(m.Height) is var (block, certificate) ? new CertifiedBlockMessage(block, certificate) : null);

    /// <summary>Unasked: the peer spoke about a height that is over.</summary>
    public void Serve(ServeCertificate m)
    {
        if (_answers.MayAnswer(m.Peer)) _queue.Add(m.Peer, () => CertificateOf(m.Height));
    }

    /// <summary>Serves until it is cancelled. An exception is our bug or our disk; it ends the engine.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _queue.RunAsync(cancellationToken);

    private BlockCertificateMessage? CertificateOf(ulong height) =>
        _context.Chain.CommittedAt(height) is var (block, votes) && _epochs.RecordOf(height) is { } record
            ? new BlockCertificateMessage(new BlockCertificate(MessageKind.Vote2, record.Epoch, height, block.Hash, votes)) : null;
}
