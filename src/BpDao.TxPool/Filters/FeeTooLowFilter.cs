namespace BpDao.TxPool.Filters;

/// <summary>Less than any block can ever charge, or less tip than this node asks for. What offers nothing costs nothing, and so it would need
/// no balance to be here for ever.</summary>
internal sealed class FeeTooLowFilter(ulong minTip) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        if (candidate.Tx.MaxFeePerGas < candidate.Head.LeastBaseFee)
        {
            return Underpriced($"gas fee cap {candidate.Tx.MaxFeePerGas}, minimum needed {candidate.Head.LeastBaseFee}");
        }

        return candidate.Tx.MaxPriorityFeePerGas >= minTip
            ? default
            : Underpriced($"gas tip cap {candidate.Tx.MaxPriorityFeePerGas}, minimum needed {minTip}");
    }

    private static AcceptTxResult Underpriced(string figures) => new(AcceptTxCode.FeeTooLow, $"transaction underpriced: {figures}");
}
