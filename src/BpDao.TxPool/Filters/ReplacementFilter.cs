using System.Numerics;
using BpDao.Core;
using BpDao.TxPool.Collections;

namespace BpDao.TxPool.Filters;

/// <summary>Who takes the place of a transaction pays more on both fees, or replacing would be a free way to make work.</summary>
internal sealed class ReplacementFilter(TxTable table, int bumpPercent) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        if (table.QueueOf(candidate.Sender)?.At(candidate.Tx.Nonce) is not { } old) return default;
        return Outbids(candidate.Tx.MaxFeePerGas, old.Tx.MaxFeePerGas) && Outbids(candidate.Tx.MaxPriorityFeePerGas, old.Tx.MaxPriorityFeePerGas)
            ? default
            : new(AcceptTxCode.ReplacementUnderpriced,
                $"replacement transaction underpriced: needs more, and {bumpPercent} % more, than maxFeePerGas {old.Tx.MaxFeePerGas}"
                + $" and maxPriorityFeePerGas {old.Tx.MaxPriorityFeePerGas}");
    }

    // Ten per cent of nothing is nothing, so more is asked for as such. Fees may be as large as a word.
    private bool Outbids(in UInt256 fee, in UInt256 old) => fee > old && (BigInteger)fee * 100 >= (BigInteger)old * (100 + bumpPercent);
}
