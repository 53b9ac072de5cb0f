namespace BpDao.TxPool.Filters;

/// <summary>The key of the protocol's sender is public; what it signs belongs into no pool (protocol rule 2.4).</summary>
internal sealed class SystemSenderFilter : IIncomingTxFilter
{
    public AcceptTxResult Accept(TxCandidate candidate) =>
        candidate.Head.NextSpec.SystemSender is { } system && candidate.Sender == system
            ? new(AcceptTxCode.SystemSender, "transactions of the system sender are not accepted")
            : default;
}
