using BpDao.TxPool.Collections;

namespace BpDao.TxPool.Filters;

/// <summary>In the pool already.</summary>
internal sealed class AlreadyKnownFilter(TxTable table) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate) =>
        table.Contains(candidate.Tx.Hash) ? new(AcceptTxCode.AlreadyKnown, "already known") : default;
}
