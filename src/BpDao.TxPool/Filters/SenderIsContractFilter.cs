using BpDao.Core;

namespace BpDao.TxPool.Filters;

/// <summary>EIP-3607: contracts do not send transactions; accounts that delegate (EIP-7702) do.</summary>
internal sealed class SenderIsContractFilter : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate) =>
        candidate.Code.IsEmpty || Delegation.TryParse(candidate.Code.Span, out _)
            ? default
            : new(AcceptTxCode.SenderIsContract, $"sender not an eoa: address {candidate.Sender}, codehash: {candidate.Account.CodeHash}");
}
