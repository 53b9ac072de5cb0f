using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>The chain has a new head, by whomever.</summary>
internal sealed record HeadMoved(ulong Number) : PorEvent;

/// <summary>The time of a block that was ahead of the clock has come.</summary>
internal sealed record JudgeDue(Block Block) : PorEvent;

/// <summary>No block could be built with them.</summary>
internal sealed record EvidenceRefused(IReadOnlyList<EvidenceItem> Items) : PorEvent;
