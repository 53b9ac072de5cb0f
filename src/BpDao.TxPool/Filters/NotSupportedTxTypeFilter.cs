using BpDao.Core;

namespace BpDao.TxPool.Filters;

/// <summary>Types that the next block's fork does not have, and blobs, which nobody here carries (protocol rule 2.2).</summary>
internal sealed class NotSupportedTxTypeFilter : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        IReleaseSpec spec = candidate.Head.NextSpec;
        bool supported = candidate.Tx.Type switch
        {
            TxType.Legacy => true,
            TxType.AccessList => spec.IsBerlin,
            TxType.DynamicFee => spec.IsLondon,
            TxType.SetCode => spec.IsPrague,
            _ => false,
        };
        return supported ? default : new(AcceptTxCode.NotSupportedTxType, $"transaction type not supported: type {(int)candidate.Tx.Type}");
    }
}
