using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>A committed block with what its execution left.</summary>
public sealed record CommittedBlock(Block Block, IReadOnlyList<Receipt> Receipts);

/// <summary>From one head to the next.</summary>
/// <param name="Added">Canonical now, oldest first; never empty.</param>
/// <param name="Removed">Canonical no more, oldest first; empty but for a reorganisation.</param>
/// <param name="ChangedAccounts">Every account whose content differs; null when that is not known.</param>
public sealed record ChainUpdate(
    IReadOnlyList<CommittedBlock> Added, IReadOnlyList<CommittedBlock> Removed, IReadOnlyCollection<Address>? ChangedAccounts)
{
    public BlockHeader Head => Added[^1].Block.Header;
}
