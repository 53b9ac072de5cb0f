using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.TxPool.Filters;

/// <summary>Recovers the sender; the dearest of the checks that need no state.</summary>
internal sealed class SignatureFilter(EthereumEcdsa ecdsa) : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate)
    {
        if (!ecdsa.TryRecoverSender(candidate.Tx, out Address sender)) return new(AcceptTxCode.Invalid, "invalid sender");
        candidate.Sender = sender;
        return default;
    }
}
