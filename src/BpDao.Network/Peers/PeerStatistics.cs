namespace BpDao.Network;

/// <summary>How many peers there are, and why those who left did.</summary>
/// <param name="Opened">Sessions since the start.</param>
/// <param name="DialFailures">By outcome, since the start.</param>
/// <param name="EndedByUs">Sessions since the start, by reason.</param>
/// <param name="EndedByPeers">Sessions since the start, by reason.</param>
public sealed record PeerStatistics(
    int Inbound, int Outbound, int Banned, long Opened, long TurnedAway,
    IReadOnlyDictionary<DialOutcome, long> DialFailures,
    IReadOnlyDictionary<DisconnectReason, long> EndedByUs,
    IReadOnlyDictionary<DisconnectReason, long> EndedByPeers);
