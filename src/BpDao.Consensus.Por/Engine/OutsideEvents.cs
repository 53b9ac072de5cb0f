using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Brings what happens on other threads (messages, peers, commits, the end of a download) into the inbox, from its making to its disposal.</summary>
internal sealed class OutsideEvents : IDisposable
{
    private readonly EngineContext _context;
    private readonly EngineInbox _inbox;
    private readonly ILogger _logger;

    public OutsideEvents(EngineContext context, EngineInbox inbox, ILogger logger)
    {
        (_context, _inbox, _logger) = (context, inbox, logger);
        context.Transport.Received += OnReceived;
        context.Transport.PeerConnected += OnPeerConnected;
        context.Importer.Committed += OnCommitted;
        if (context.Sync is { } sync) sync.CaughtUp += OnCaughtUp;
    }

    public void Dispose()
    {
        _context.Transport.Received -= OnReceived;
        _context.Transport.PeerConnected -= OnPeerConnected;
        _context.Importer.Committed -= OnCommitted;
        if (_context.Sync is { } sync) sync.CaughtUp -= OnCaughtUp;
    }

    private void OnReceived(PeerId peer, ReadOnlyMemory<byte> message)
    {
        if (MessageCodec.TryDecode(message.Span, out PorMessage? decoded)) _inbox.TryPostFromPeer(peer, new MessageReceived(decoded, peer), message.Length);
        else
        {
            _logger.NoMessage(peer, message.Length);
            _context.Transport.Misbehaved(peer, $"{message.Length} bytes that are no consensus message");
        }
    }

    private void OnPeerConnected(PeerId peer) => _inbox.TryPostFromPeer(peer, new PeerConnected(peer), 0);

    private void OnCommitted(Block block) => _inbox.Post(new HeadMoved(block.Number));

    // Above every height: the one at hand is begun anew, as after a restart.
    private void OnCaughtUp() => _inbox.Post(new HeadMoved(ulong.MaxValue));
}
