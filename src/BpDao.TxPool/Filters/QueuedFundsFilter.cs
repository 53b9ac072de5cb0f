using BpDao.Core;
using BpDao.TxPool.Collections;

namespace BpDao.TxPool.Filters;

/// <summary>The sender must be able to pay for everything it has here, or one balance would back any number of transactions.</summary>
internal sealed class QueuedFundsFilter(TxTable table) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        if (table.QueueOf(candidate.Sender) is not { } queue) return default;
        (UInt256 balance, UInt256 cost) = (candidate.Account.Balance, candidate.MaxCost);
        UInt256 queued = queue.MaxCostWithout(candidate.Tx.Nonce);
        return queued <= balance && cost <= balance - queued
            ? default
            : new(AcceptTxCode.InsufficientFunds,
                $"insufficient funds for gas * price + value: balance {balance}, queued cost {queued}, tx cost {cost}");
    }
}
