using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Transactions as bytes over a lane, so that nodes never share a <see cref="Transaction"/> and each recovers senders itself.</summary>
internal sealed class InMemoryTransactionTransport : ITransactionTransport
{
    private readonly InMemoryLane _lane;

    public InMemoryTransactionTransport(InMemoryLane lane)
    {
        _lane = lane;
        lane.Received += OnReceived;
        lane.PeerConnected += peer => PeerConnected?.Invoke(peer);
    }

    public event Action<PeerId, IReadOnlyList<Transaction>>? Received;

    public event Action<PeerId>? PeerConnected;

    public IReadOnlyCollection<PeerId> Peers => _lane.Peers;

    public void Send(PeerId peer, IReadOnlyList<Transaction> transactions) => _lane.Send(peer, TransactionsMessage.Encode(transactions));

    private void OnReceived(PeerId from, ReadOnlyMemory<byte> message)
    {
        if (TransactionsMessage.TryDecode(message.Span, out List<Transaction>? transactions)) Received?.Invoke(from, transactions);
    }
}
