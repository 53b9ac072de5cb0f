using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Carries transactions between pools. It decides nothing; what arrives is decoded and otherwise unchecked.</summary>
public interface ITransactionTransport
{
    IReadOnlyCollection<PeerId> Peers { get; }

    void Send(PeerId peer, IReadOnlyList<Transaction> transactions);

    /// <summary>Called for each message that arrives, one after the other.</summary>
    event Action<PeerId, IReadOnlyList<Transaction>> Received;

    event Action<PeerId> PeerConnected;
}
