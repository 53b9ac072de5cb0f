namespace BpDao.TxPool.Filters;

/// <summary>Less tip than this node asks for.</summary>
internal sealed class FeeTooLowFilter(ulong minTip) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate) =>
        candidate.Tx.MaxPriorityFeePerGas >= minTip
            ? default
            : new(AcceptTxCode.FeeTooLow,
                $"transaction underpriced: gas tip cap {candidate.Tx.MaxPriorityFeePerGas}, minimum needed {minTip}");
}
