using BpDao.Core;

namespace BpDao.TxPool.Filters;

/// <summary>Less gas than it takes to begin.</summary>
internal sealed class IntrinsicGasFilter : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        Transaction tx = candidate.Tx;
        IntrinsicGas needed = IntrinsicGas.Of(tx, candidate.Head.NextSpec);
        if (tx.GasLimit < needed.Standard)
        {
            return new(AcceptTxCode.IntrinsicGasTooLow, $"intrinsic gas too low: gas {tx.GasLimit}, minimum needed {needed.Standard}");
        }

        return tx.GasLimit >= needed.Floor
            ? default
            : new(AcceptTxCode.IntrinsicGasTooLow,
                $"insufficient gas for floor data gas cost: gas {tx.GasLimit}, minimum needed {needed.Floor}");
    }
}
