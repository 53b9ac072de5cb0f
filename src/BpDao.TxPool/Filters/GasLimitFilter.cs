using BpDao.Core;

namespace BpDao.TxPool.Filters;

/// <summary>More gas than a block has, or than a transaction may have (EIP-7825).</summary>
internal sealed class GasLimitFilter : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        ulong gas = candidate.Tx.GasLimit;
        if (candidate.Head.NextSpec.IsOsaka && gas > TransactionLimits.MaxGas)
        {
            return new(AcceptTxCode.GasLimitExceeded, $"transaction gas limit too high (cap: {TransactionLimits.MaxGas}, tx: {gas})");
        }

        return gas <= candidate.Head.NextGasLimit
            ? default
            : new(AcceptTxCode.GasLimitExceeded, $"exceeds block gas limit: tx {gas}, limit {candidate.Head.NextGasLimit}");
    }
}
