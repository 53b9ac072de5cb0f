using System.Threading.Channels;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.TxPool;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>Keeps the pools of connected nodes alike: what this pool takes goes to every peer that is not known to have it.</summary>
public sealed partial class TransactionGossip
{
    private const int QueueCapacity = 8192;
    private const int MaxInMessage = 256;
    private const int MaxBytesInMessage = 1024 * 1024;
    private const int KnownPerPeer = 32_768;

    private readonly ITxPool _pool;
    private readonly ITransactionTransport _transport;
    private readonly ILogger<TransactionGossip> _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, KnownTransactions> _known = [];
    private readonly Channel<Work> _work = Channel.CreateBounded<Work>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _dropped;

    public TransactionGossip(ITxPool pool, ITransactionTransport transport, ILogger<TransactionGossip> logger)
    {
        _pool = pool;
        _transport = transport;
        _logger = logger;
        pool.Added += tx => Post(new Work(tx, null));
        transport.PeerConnected += peer => Post(new Work(null, peer));
        transport.Received += OnReceived;
    }

    /// <summary>Transactions not passed on because the queue was full; peers may get them from others.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Sends until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        List<Transaction> batch = [];
        while (await _work.Reader.WaitToReadAsync(cancellation))
        {
            batch.Clear();
            while (batch.Count < MaxInMessage && _work.Reader.TryRead(out Work work))
            {
                if (work.Added is { } tx) batch.Add(tx);
                if (work.NewPeer is { } peer) Introduce(peer);
            }

            foreach (PeerId peer in _transport.Peers) SendUnknown(peer, batch);
        }
    }

    private void OnReceived(PeerId from, IReadOnlyList<Transaction> transactions)
    {
        foreach (Transaction tx in transactions)
        {
            MarkKnown(from, tx.Hash);
            AcceptTxResult result = _pool.Submit(tx);
            if (!result.IsAccepted) LogRefused(tx.Hash, from, result);
        }
    }

    /// <summary>A peer that comes, or comes back, learns what waits here.</summary>
    private void Introduce(PeerId peer)
    {
        lock (_gate) _known.Remove(peer);
        foreach (IReadOnlyList<Transaction> ofSender in _pool.Content().Pending.Values) SendUnknown(peer, ofSender);
    }

    private void SendUnknown(PeerId peer, IReadOnlyList<Transaction> transactions)
    {
        List<Transaction> message = [];
        int bytes = 0;
        foreach (Transaction tx in transactions)
        {
            if (!MarkKnown(peer, tx.Hash)) continue;
            message.Add(tx);
            bytes += tx.Data.Length;
            if (bytes < MaxBytesInMessage) continue;
            _transport.Send(peer, message);
            message = [];
            bytes = 0;
        }

        if (message.Count != 0) _transport.Send(peer, message);
    }

    private bool MarkKnown(PeerId peer, Hash256 hash)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(peer, out KnownTransactions? known)) _known[peer] = known = new KnownTransactions(KnownPerPeer);
            return known.Add(hash);
        }
    }

    private void Post(Work work)
    {
        if (!_work.Writer.TryWrite(work)) Interlocked.Increment(ref _dropped);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused {TxHash} from {Peer}: {Reason}")]
    private partial void LogRefused(Hash256 txHash, PeerId peer, AcceptTxResult reason);

    private readonly record struct Work(Transaction? Added, PeerId? NewPeer);
}
