using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>A block that was found valid, with everything that is stored of it.</summary>
/// <param name="Certificate">Empty where nothing made the block final.</param>
/// <param name="Records">What the engine remembers of it.</param>
internal sealed record DecidedBlock(
    ExecutedBlock Executed, StoredHeader Header, ReadOnlyMemory<byte> Certificate, IReadOnlyList<EngineRecord> Records)
{
    public Block Block => Executed.Block;

    public bool IsFinal => !Certificate.IsEmpty;

    public CommittedBlock AsCommitted => new(Block, Executed.Processed.Receipts);
}
