using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Has a block built on the worker, of what was collected by now, and posts what came of it.</summary>
internal sealed class ProposalJob(
    ProposalBuilder builder, Readiness readiness, EvidenceKeeper evidence, ChainWorker worker, EngineInbox inbox, ILogger logger)
{
    /// <param name="slot">This node's own.</param>
    public void Begin(BuildProposal m, PorChainView view, uint slot)
    {
        CollectedItems collected = readiness.Collect(view) with { Evidence = evidence.ForPayload() };
        worker.Add(cancellationToken =>
        {
            if (builder.Compose(view, slot, m.Material, collected) is not { } payload)
            {
                logger.NotBuilt(m.Height, m.Round, "the onion registered for this slot does not come from this key");
                return;
            }

            Block? block = builder.BuildOrDrop(view, slot, payload, out BlockVerdict refusal, out bool isEvidenceUseless, cancellationToken);
            if (isEvidenceUseless) inbox.Post(new EvidenceRefused(payload.Evidence));
            if (block is not null) inbox.Post(new BlockBuilt(m.Height, m.Round, block));
            // The chain may have moved on meanwhile; then nobody wants the block.
            if (!refusal.IsValid && !refusal.IsTransient) logger.NotBuilt(m.Height, m.Round, refusal.ToString());
        });
    }
}
