namespace BpDao.TxPool.Filters;

/// <summary>Nonces behind the account's are used up. Those far ahead are refused, which also bounds what one sender can have here.</summary>
internal sealed class NonceFilter(int noncesPerSender) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        (ulong nonce, ulong next) = (candidate.Tx.Nonce, candidate.Account.Nonce);
        if (nonce < next) return new(AcceptTxCode.OldNonce, $"nonce too low: next nonce {next}, tx nonce {nonce}");
        return nonce - next < (ulong)noncesPerSender
            ? default
            : new(AcceptTxCode.NonceTooFarInFuture,
                $"nonce too far in the future: next nonce {next}, tx nonce {nonce}, limit {noncesPerSender} ahead");
    }
}
