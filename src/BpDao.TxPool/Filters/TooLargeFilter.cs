using BpDao.Core;

namespace BpDao.TxPool.Filters;

/// <summary>Bytes that a peer sends cost it nothing; keeping them costs us.</summary>
internal sealed class TooLargeFilter(int maxBytes) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        candidate.Size = TransactionCodec.Encode(candidate.Tx).Length;
        return candidate.Size <= maxBytes
            ? default
            : new(AcceptTxCode.TooLarge, $"oversized data: transaction size {candidate.Size}, limit {maxBytes}");
    }
}
