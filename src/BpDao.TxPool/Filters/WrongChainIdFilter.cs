namespace BpDao.TxPool.Filters;

/// <summary>Signed for another chain. A legacy transaction may name none (before EIP-155) and is good on all.</summary>
internal sealed class WrongChainIdFilter : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate) =>
        candidate.Tx.ChainId is not { } chainId || chainId == candidate.ChainId
            ? default
            : new(AcceptTxCode.WrongChainId, $"invalid chain id for signer: have {chainId} want {candidate.ChainId}");
}
