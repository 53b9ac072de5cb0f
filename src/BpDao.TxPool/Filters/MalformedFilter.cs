using BpDao.Core;
using BpDao.TxPool.Collections;

namespace BpDao.TxPool.Filters;

/// <summary>Fields that contradict each other or the fork, whoever sent them.</summary>
internal sealed class MalformedFilter : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        (Transaction tx, IReleaseSpec spec) = (candidate.Tx, candidate.Head.NextSpec);
        if (tx.MaxPriorityFeePerGas > tx.MaxFeePerGas)
        {
            return Invalid("max priority fee per gas higher than max fee per gas: "
                + $"maxPriorityFeePerGas: {tx.MaxPriorityFeePerGas}, maxFeePerGas: {tx.MaxFeePerGas}");
        }

        if (tx.Nonce == ulong.MaxValue) return Invalid("nonce has max value"); // EIP-2681
        if (tx.IsCreation && spec.IsShanghai && tx.Data.Length > TransactionLimits.MaxInitCodeSize)
        {
            return Invalid($"max initcode size exceeded: code size {tx.Data.Length}, limit {TransactionLimits.MaxInitCodeSize}");
        }

        if (tx.Type == TxType.SetCode && tx.AuthorizationList.Count == 0) return Invalid("EIP-7702 transaction with empty auth list");
        if (tx.Type == TxType.SetCode && tx.IsCreation) return Invalid("EIP-7702 transaction cannot be used to create contract");
        if (!PooledTransaction.TryMaxCost(tx, out UInt256 cost)) return Invalid("gas * price + value exceeds 256 bits");
        candidate.MaxCost = cost;
        return default;
    }

    private static AcceptTxResult Invalid(string message) => new(AcceptTxCode.Invalid, message);
}
