using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Evidence on its way between nodes: what is new and true is kept and goes on (protocol rule 7.1).</summary>
internal sealed class EvidenceGossip(EvidenceKeeper keeper, IConsensusTransport transport, SafetyRules? safety, ILogger logger)
{
    // To a peer that comes: the others come to it from others.
    private const int MaxShown = 16;

    /// <summary>This node saw the contradiction itself.</summary>
    public void Found(EvidenceItem item)
    {
        logger.Contradicted(item);
        if (keeper.Offer(item, out _)) Spread(item, default);
    }

    public void Heard(EvidenceItem item, PeerId from)
    {
        if (keeper.Offer(item, out string? fault))
        {
            logger.Contradicted(item);
            // What it saw itself stops it; this may be of long ago, and of a machine that is off by now.
            if (safety?.IsAccusedBy(item) == true) logger.Accused(item);
            Spread(item, from);
        }
        else if (fault is not null) transport.Misbehaved(from, $"evidence that proves nothing: {fault}");
    }

    public void ShowTo(PeerId peer)
    {
        foreach (EvidenceItem item in keeper.Items.Take(MaxShown)) transport.Send(peer, MessageCodec.Encode(new EvidenceMessage(item)));
    }

    private void Spread(EvidenceItem item, PeerId from) => transport.Relay(from, MessageCodec.Encode(new EvidenceMessage(item)));
}
