using BpDao.Core;

namespace BpDao.TxPool.Filters;

/// <summary>The sender must be able to pay the worst case of this transaction.</summary>
internal sealed class InsufficientFundsFilter : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        (UInt256 balance, UInt256 cost) = (candidate.Account.Balance, candidate.MaxCost);
        return cost <= balance
            ? default
            : new(AcceptTxCode.InsufficientFunds,
                $"insufficient funds for gas * price + value: balance {balance}, tx cost {cost}, overshot {cost - balance}");
    }
}
