using BpDao.Crypto;
using BpDao.TxPool.Collections;

namespace BpDao.TxPool.Filters;

/// <summary>All filters in their order, by what they need: the transaction alone, the sender's account, the pool. That is also the
/// order of cost, and the first refusal is the answer.</summary>
internal sealed class FilterPipeline(TxPoolOptions options, EthereumEcdsa ecdsa, TxTable table)
{
    private readonly IIncomingTxFilter[] _alone =
    [
        new TooLargeFilter(options.MaxTransactionBytes),
        new NotSupportedTxTypeFilter(),
        new WrongChainIdFilter(),
        new MalformedFilter(),
        new GasLimitFilter(),
        new IntrinsicGasFilter(),
        new FeeTooLowFilter(options.MinTip),
        new SignatureFilter(ecdsa),
        new SystemSenderFilter(),
    ];

    private readonly IIncomingTxFilter[] _withAccount =
    [
        new SenderIsContractFilter(),
        new NonceFilter(options.NoncesPerSender),
        new InsufficientFundsFilter(),
    ];

    private readonly IIncomingTxFilter[] _withPool =
    [
        new AlreadyKnownFilter(table),
        new ReplacementFilter(table, options.PriceBumpPercent),
        new QueuedFundsFilter(table),
        new DelegationFilter(table, options.InFlightOfDelegated),
    ];

    /// <summary>Needs no lock; afterwards the sender is known.</summary>
    public AcceptTxResult Alone(TxCandidate candidate) => Run(_alone, candidate);

    /// <summary>Needs no lock, but the sender's account.</summary>
    public AcceptTxResult WithAccount(TxCandidate candidate) => Run(_withAccount, candidate);

    /// <summary>Needs the pool's lock.</summary>
    public AcceptTxResult WithPool(TxCandidate candidate) => Run(_withPool, candidate);

    private static AcceptTxResult Run(IIncomingTxFilter[] filters, TxCandidate candidate)
    {
        foreach (IIncomingTxFilter filter in filters)
        {
            AcceptTxResult result = filter.Accept(candidate);
            if (!result.IsAccepted) return result;
        }

        return AcceptTxResult.Accepted;
    }
}
