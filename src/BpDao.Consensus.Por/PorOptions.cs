using BpDao.Consensus.Por.Epochs;
using BpDao.Core;

namespace BpDao.Consensus.Por;

/// <summary>What an operator may choose; nothing here changes which block is valid.</summary>
/// <param name="UnsafeReset">Take part at once although the safety record was lost (protocol rule 4.6). Signing twice is slashed; only for
/// networks where more than a third of the weight lost theirs together.</param>
/// <param name="Graffiti">Twenty bytes written into every block this node proposes.</param>
public sealed record PorOptions(bool UnsafeReset = false, Address Graffiti = default)
{
    /// <summary>What operators agreed on when the network was dead; this alone changes which certificates are valid. Null otherwise.</summary>
    public BenchRescue? Rescue { get; init; }
}
