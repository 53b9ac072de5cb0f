namespace BpDao.TxPool.Filters;

/// <summary>One reason to refuse a transaction.</summary>
internal interface IIncomingTxFilter
{
    AcceptTxResult Accept(TxCandidate candidate);
}
