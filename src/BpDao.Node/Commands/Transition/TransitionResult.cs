using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.Node.Commands.Transition;

/// <summary>A transaction that cannot be in the block.</summary>
internal readonly record struct Rejection(int Index, string Reason);

/// <summary>What the transition came to.</summary>
/// <param name="Included">Transactions that were executed, in order; their receipts are those of <paramref name="Processed"/>.</param>
internal sealed record TransitionResult(
    BlockHeader Header, IReleaseSpec Spec, IReadOnlyList<Withdrawal> Withdrawals, ProcessedBlock Processed, IReadOnlyList<Transaction> Included,
    IReadOnlyList<Rejection> Rejected, Hash256 StateRoot, PostAlloc Alloc);
