using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>Where a chain goes on whose past was not executed here: the pivot, whose state was downloaded, and what blocks after it look back at.</summary>
/// <param name="Blocks">Following each other, the last is the pivot. Known to be final.</param>
/// <param name="Records">What the engine remembers of them and of everything before.</param>
/// <param name="RecordsAt">What it must remember of the pivot's state, asked for when that state can be read.</param>
public sealed record Pivot(
    IReadOnlyList<PivotBlock> Blocks, IReadOnlyList<EngineRecord> Records, Func<IContractCaller, IReadOnlyList<EngineRecord>> RecordsAt);

/// <summary>A block that was not executed here.</summary>
/// <param name="Receipts">As they go into the receipts trie.</param>
public sealed record PivotBlock(Block Block, IReadOnlyList<ReadOnlyMemory<byte>> Receipts, ReadOnlyMemory<byte> Certificate)
{
    /// <summary>Transactions, withdrawals and receipts are those that the header commits to.</summary>
    public bool FitsItsHeader() =>
        Receipts.Count == Block.Transactions.Count && Block.Body.Ommers.Count == 0
        && BodyRoots.OfTransactions(Block.Transactions) == Block.Header.TransactionsRoot
        && (Block.Body.Withdrawals is { } withdrawals ? BodyRoots.OfWithdrawals(withdrawals) : null) == Block.Header.WithdrawalsRoot
        && BodyRoots.OfEncoded(Receipts) == Block.Header.ReceiptsRoot;
}
