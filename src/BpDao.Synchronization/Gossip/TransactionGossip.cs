using System.Threading.Channels;
using BpDao.Core;
using BpDao.TxPool;

namespace BpDao.Synchronization;

/// <summary>Keeps the pools of connected nodes alike: what this pool takes is told to every peer that is not known to have it, whole to about the
/// square root of them, by its hash to the others (devp2p, caps/eth.md, transaction exchange).</summary>
public sealed class TransactionGossip
{
    private const int QueueCapacity = 32_768;
    private const int MaxBatch = 2_048;
    private const int MaxBytesInMessage = 128 * 1024;

    /// <summary>Longer ones go by their hash alone, as blob transactions do.</summary>
    private const int MaxBytesSentWhole = 4096;

    private readonly ITxPool _pool;
    private readonly EthPeers _peers;
    private readonly EthOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<Work> _work = Channel.CreateBounded<Work>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _dropped, _sent, _announced;

    internal TransactionGossip(ITxPool pool, EthPeers peers, EthOptions options, TimeProvider time)
    {
        (_pool, _peers, _options, _time) = (pool, peers, options, time);
        pool.Added += tx => Post(new Work(tx, null));
        peers.Joined += peer => Post(new Work(null, peer));
    }

    /// <summary>Transactions not passed on because a queue was full; peers may get them from others.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Transactions sent whole, counted for each peer.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Hashes announced, counted for each peer.</summary>
    public long Announced => Interlocked.Read(ref _announced);

    /// <summary>Sends until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        List<(EncodedTransaction Tx, int Route)> batch = [];
        while (await _work.Reader.WaitToReadAsync(cancellation))
        {
            // Many in one message cost little more than one. Under load the next batch is there already.
            if (_options.GossipDelay > TimeSpan.Zero && _work.Reader.Count < MaxBatch) await Task.Delay(_options.GossipDelay, _time, cancellation);
            using WorkScope work = WorkClock.Begin(WorkKind.GossipSent);
            batch.Clear();
            while (batch.Count < MaxBatch && _work.Reader.TryRead(out Work next))
            {
                if (next.Added is { } tx) batch.Add((new EncodedTransaction(tx), RouteOf(tx)));
                if (next.NewPeer is { } peer) Introduce(peer);
            }

            if (batch.Count != 0) SendAll(batch);
        }
    }

    private void SendAll(List<(EncodedTransaction Tx, int Route)> batch)
    {
        IReadOnlyList<EthPeer> peers = _peers.All;
        int whole = (int)Math.Ceiling(Math.Sqrt(peers.Count));
        for (int i = 0; i < peers.Count; i++)
        {
            PeerMessages messages = new(this, peers[i]);
            foreach ((EncodedTransaction tx, int route) in batch)
            {
                if (!peers[i].Known.Add(tx.Hash)) continue;
                bool sendsWhole = (i + route) % peers.Count < whole && tx.Type != TxType.Blob && tx.Bytes.Length <= MaxBytesSentWhole;
                if (sendsWhole) messages.Send(tx);
                else messages.Announce(tx.Announcement);
            }

            messages.Flush();
        }
    }

    /// <summary>A peer that comes, or comes back, learns what waits here.</summary>
    private void Introduce(EthPeer peer)
    {
        PeerMessages messages = new(this, peer);
        foreach (IReadOnlyList<Transaction> ofSender in _pool.Content().Pending.Values)
        {
            foreach (Transaction tx in ofSender)
            {
                if (peer.Known.Add(tx.Hash)) messages.Announce(new EncodedTransaction(tx).Announcement);
            }
        }

        messages.Flush();
    }

    /// <summary>The same for all transactions of a sender, so that a peer gets them in their order.</summary>
    private static int RouteOf(Transaction tx) => (tx.Sender ?? default).GetHashCode() & 0xffffff;

    private void Post(Work work)
    {
        if (!_work.Writer.TryWrite(work)) Interlocked.Increment(ref _dropped);
    }

    private readonly record struct Work(Transaction? Added, EthPeer? NewPeer);

    /// <summary>Gathers what goes to one peer into messages of bounded length.</summary>
    private sealed class PeerMessages(TransactionGossip gossip, EthPeer peer)
    {
        private readonly List<AnnouncedTransaction> _hashes = [];
        private readonly List<EncodedTransaction> _whole = [];
        private int _bytes;

        public void Send(EncodedTransaction tx)
        {
            _whole.Add(tx);
            _bytes += tx.Bytes.Length;
            if (_bytes >= MaxBytesInMessage) FlushWhole();
        }

        public void Announce(in AnnouncedTransaction tx)
        {
            _hashes.Add(tx);
            if (_hashes.Count == EthLimits.Announced) FlushHashes();
        }

        public void Flush()
        {
            FlushWhole();
            FlushHashes();
        }

        private void FlushWhole()
        {
            if (_whole.Count == 0) return;
            RlpWriter w = new(_bytes + (8 * _whole.Count) + 16);
            w.StartList();
            foreach (EncodedTransaction tx in _whole) tx.Write(w);
            Count(peer.TrySend(EthMessage.Transactions, w.EndList().ToArray()), _whole.Count, ref gossip._sent);
            _whole.Clear();
            _bytes = 0;
        }

        private void FlushHashes()
        {
            if (_hashes.Count == 0) return;
            Count(peer.TrySend(EthMessage.NewPooledTransactionHashes, TransactionMessages.EncodeAnnouncement(_hashes)), _hashes.Count, ref gossip._announced);
            _hashes.Clear();
        }

        private void Count(bool sent, int transactions, ref long counter) =>
            Interlocked.Add(ref sent ? ref counter : ref gossip._dropped, transactions);
    }
}
