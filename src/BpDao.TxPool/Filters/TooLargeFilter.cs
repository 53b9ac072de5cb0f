using BpDao.Core;

namespace BpDao.TxPool.Filters;

/// <summary>Bytes that a peer sends cost it nothing; keeping them costs us.</summary>
internal sealed class TooLargeFilter(int maxBytes) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        int size = TransactionCodec.Encode(candidate.Tx).Length;
        return size <= maxBytes ? default : new(AcceptTxCode.TooLarge, $"oversized data: transaction size {size}, limit {maxBytes}");
    }
}
