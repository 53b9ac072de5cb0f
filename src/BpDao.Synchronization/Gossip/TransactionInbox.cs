using System.Threading.Channels;
using BpDao.Core;
using BpDao.TxPool;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>Transactions of peers on their way into the pool. Bounded, with a share for each peer, so that one who floods hurts nobody else.</summary>
public sealed partial class TransactionInbox(ITxPool pool, ILogger<TransactionInbox> logger)
{
    public const int Capacity = 16_384;
    public const int CapacityOfPeer = Capacity / 4;

    private const int RecentCapacity = 65_536;

    private readonly Channel<(EthPeer From, Transaction Tx)> _waiting = Channel.CreateUnbounded<(EthPeer, Transaction)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<EthPeer, int> _shares = [];
    private readonly Lock _gate = new();
    private int _count;
    private long _dropped, _accepted, _refused;

    /// <summary>Transactions that found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Transactions of peers that the pool took.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Transactions of peers that the pool did not take, those it had already among them.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>What passed here not long ago, taken or not: need not be fetched again.</summary>
    internal KnownHashes Recent { get; } = new(RecentCapacity);

    /// <summary>Places that the peer has left.</summary>
    internal int RoomOf(EthPeer peer)
    {
        lock (_gate) return Math.Min(Capacity - _count, CapacityOfPeer - _shares.GetValueOrDefault(peer));
    }

    /// <summary>False when there is no room; nothing is kept of it then. What passed here not long ago is read over.</summary>
    internal bool TryAdd(EthPeer peer, Transaction tx)
    {
        if (Recent.Contains(tx.Hash)) return true;
        lock (_gate)
        {
            int share = _shares.GetValueOrDefault(peer);
            if (_count == Capacity || share == CapacityOfPeer)
            {
                Interlocked.Increment(ref _dropped);
                return false;
            }

            _count++;
            _shares[peer] = share + 1;
        }

        Recent.Add(tx.Hash);
        return _waiting.Writer.TryWrite((peer, tx));
    }

    /// <summary>Submits until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        pool.Removed += OnRemoved;
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(cancellation))
            {
                using WorkScope work = WorkClock.Begin(WorkKind.Pool);
                while (!cancellation.IsCancellationRequested && _waiting.Reader.TryRead(out (EthPeer From, Transaction Tx) next))
                {
                    Release(next.From);
                    Submit(next.From, next.Tx);
                }
            }
        }
        finally
        {
            pool.Removed -= OnRemoved;
        }
    }

    private void Submit(EthPeer from, Transaction tx)
    {
        AcceptTxResult result = pool.Submit(tx);
        Interlocked.Increment(ref result.IsAccepted ? ref _accepted : ref _refused);
        if (result.IsAccepted || result.Code == AcceptTxCode.AlreadyKnown) return;
        LogRefused(tx.Hash, from.Id.Value, result);
        // What a later block or a later moment may let in can be fetched again.
        if (IsPassing(result.Code)) Recent.Remove(tx.Hash);
        else if (result.Code == AcceptTxCode.Invalid) from.Peer.Penalise(1, "a transaction that no chain takes");
    }

    private static bool IsPassing(AcceptTxCode code) => code is AcceptTxCode.PoolFull or AcceptTxCode.FeeTooLowToCompete or AcceptTxCode.InsufficientFunds
        or AcceptTxCode.NonceTooFarInFuture or AcceptTxCode.DelegatedInFlightLimit or AcceptTxCode.AuthorityReserved;

    private void OnRemoved(Transaction tx, TxRemoval why)
    {
        if (why != TxRemoval.Included) Recent.Remove(tx.Hash);
    }

    private void Release(EthPeer peer)
    {
        lock (_gate)
        {
            _count--;
            int left = _shares[peer] - 1;
            if (left == 0) _shares.Remove(peer);
            else _shares[peer] = left;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused {TxHash} from {Peer}: {Reason}")]
    private partial void LogRefused(Hash256 txHash, Hash256 peer, AcceptTxResult reason);
}
