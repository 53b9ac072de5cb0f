using BpDao.Core;
using BpDao.TxPool.Collections;

namespace BpDao.TxPool.Filters;

/// <summary>With a delegation (EIP-7702) others can empty an account and so void all that it has here at once. So an account that
/// delegates, or is about to, may have but few transactions here, and an account with more than those cannot be made to delegate.</summary>
internal sealed class DelegationFilter(TxTable table, int inFlight) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        bool delegates = !candidate.Code.IsEmpty || table.AuthorizationsOf(candidate.Sender) > 0;
        if (delegates && CountWithout(candidate.Sender, candidate.Tx.Nonce) >= inFlight)
        {
            return new(AcceptTxCode.DelegatedInFlightLimit, "in-flight transaction limit reached for delegated accounts");
        }

        if (delegates && candidate.Tx.Nonce - candidate.Account.Nonce >= (ulong)inFlight)
        {
            return new(AcceptTxCode.DelegatedInFlightLimit, "gapped-nonce tx from delegated accounts");
        }

        foreach (Address authority in candidate.Authorities)
        {
            if (table.QueueOf(authority)?.Count > inFlight) return new(AcceptTxCode.AuthorityReserved, "authority already reserved");
        }

        return default;
    }

    private int CountWithout(in Address sender, ulong nonce) =>
        table.QueueOf(sender) is { } queue ? queue.Count - (queue.At(nonce) is null ? 0 : 1) : 0;
}
