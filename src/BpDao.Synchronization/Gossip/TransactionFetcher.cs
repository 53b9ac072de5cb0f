using System.Threading.Channels;
using BpDao.Core;
using BpDao.TxPool;

namespace BpDao.Synchronization;

/// <summary>Asks peers for announced transactions that did not come by themselves, each of one peer at a time. All that it remembers is bounded.</summary>
internal sealed class TransactionFetcher
{
    public const int Capacity = 65_536;
    public const int CapacityOfPeer = 8_192;

    private const int MaxSources = 4;
    private const int MaxQuestionsOfPeer = 2;

    /// <summary>About what an answer may hold, by the sizes that were announced.</summary>
    private const int MaxBytesOfQuestion = 1024 * 1024;

    private readonly ITxPool _pool;
    private readonly TransactionInbox _inbox;
    private readonly EthOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<Hash256, Wanted> _wanted = [];
    private readonly Dictionary<EthPeer, Source> _sources = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private CancellationToken _stopping;

    public TransactionFetcher(ITxPool pool, TransactionInbox inbox, EthPeers peers, EthOptions options, TimeProvider time)
    {
        (_pool, _inbox, _options, _time) = (pool, inbox, options, time);
        peers.Left += OnLeft;
    }

    /// <summary>Hashes that are waited for.</summary>
    public int Count
    {
        get { lock (_gate) return _wanted.Count; }
    }

    /// <summary>That peer says it has these.</summary>
    public void Announced(EthPeer peer, IReadOnlyList<AnnouncedTransaction> announced)
    {
        bool added = false;
        foreach (AnnouncedTransaction tx in announced)
        {
            if (tx.Type is > (byte)TxType.SetCode or (byte)TxType.Blob || tx.Size > _options.MaxTransactionBytes) continue;
            if (_inbox.Recent.Contains(tx.Hash) || _pool.Contains(tx.Hash)) continue;
            lock (_gate) added |= Remember(peer, tx);
        }

        if (added) _signal.Writer.TryWrite(true);
    }

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _stopping = cancellation;
        while (true)
        {
            TimeSpan? next = Step();
            if (next is { } wait)
            {
                await Task.Delay(wait, _time, cancellation);
            }
            else
            {
                await _signal.Reader.WaitToReadAsync(cancellation);
                while (_signal.Reader.TryRead(out _))
                {
                    // One step answers all signals.
                }
            }
        }
    }

    /// <summary>Sends the questions that are due, and says when the next may be; null when only an event makes one.</summary>
    internal TimeSpan? Step()
    {
        using WorkScope work = WorkClock.Begin(WorkKind.GossipReceived);
        List<(Source Source, List<Hash256> Hashes)> due = [];
        bool waits = false;
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            foreach (Source source in _sources.Values)
            {
                int room = _inbox.RoomOf(source.Peer) - (source.Questions * EthLimits.PooledTransactions);
                while (source.Questions < MaxQuestionsOfPeer && room > 0)
                {
                    List<Hash256> hashes = source.TakeDue(this, Math.Min(room, EthLimits.PooledTransactions), MaxBytesOfQuestion, now);
                    if (hashes.Count == 0) break;
                    room -= hashes.Count;
                    source.Questions++;
                    due.Add((source, hashes));
                }

                // Not due yet, or the pool is behind: a question that is open wakes this up by itself.
                waits |= source.Questions == 0 && source.HasWaiting;
            }
        }

        foreach ((Source source, List<Hash256> hashes) in due) _ = AskAsync(source, hashes);
        return waits ? _options.FetchDelay / 2 : null;
    }

    private bool Remember(EthPeer peer, in AnnouncedTransaction tx)
    {
        if (!_sources.TryGetValue(peer, out Source? source)) _sources[peer] = source = new Source(peer);
        if (source.Waiting >= CapacityOfPeer) return false;
        if (!_wanted.TryGetValue(tx.Hash, out Wanted? wanted))
        {
            if (_wanted.Count == Capacity) return false;
            long due = _time.GetTimestamp() + (_options.FetchDelay.Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond);
            _wanted[tx.Hash] = wanted = new Wanted(tx.Size, due);
        }

        if (wanted.Peers.Count == MaxSources || wanted.Peers.Contains(peer)) return false;
        wanted.Peers.Add(peer);
        source.Add(tx.Hash);
        return true;
    }

    private async Task AskAsync(Source source, List<Hash256> hashes)
    {
        EthPeer peer = source.Peer;
        try
        {
            List<Transaction>? answer = await peer.GetPooledTransactionsAsync(hashes, _stopping).ConfigureAwait(false);
            if (answer is null) peer.Peer.Penalise(2, "no transactions for a question");
            else Take(peer, hashes, answer);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }

        lock (_gate)
        {
            source.Questions--;
            foreach (Hash256 hash in hashes) Settle(peer, hash);
        }

        _signal.Writer.TryWrite(true);
    }

    private void Take(EthPeer peer, List<Hash256> asked, List<Transaction> answer)
    {
        HashSet<Hash256> open = [.. asked];
        foreach (Transaction tx in answer)
        {
            if (!open.Remove(tx.Hash))
            {
                peer.Peer.Penalise(5, "a transaction that was not asked for");
                continue;
            }

            if (!_inbox.TryAdd(peer, tx)) continue;
            lock (_gate) _wanted.Remove(tx.Hash);
        }
    }

    /// <summary>What that peer did not give, the next one is asked for.</summary>
    private void Settle(EthPeer peer, Hash256 hash)
    {
        if (!_wanted.TryGetValue(hash, out Wanted? wanted) || wanted.Asked != peer) return;
        wanted.Asked = null;
        wanted.Peers.Remove(peer);
        wanted.Peers.RemoveAll(p => !_sources.ContainsKey(p));
        if (wanted.Peers.Count == 0 || _inbox.Recent.Contains(hash)) _wanted.Remove(hash);
        else _sources[wanted.Peers[0]].Add(hash);
    }

    private void OnLeft(EthPeer peer)
    {
        lock (_gate)
        {
            if (!_sources.Remove(peer, out Source? source)) return;
            foreach (Hash256 hash in source.All)
            {
                if (!_wanted.TryGetValue(hash, out Wanted? wanted)) continue;
                wanted.Peers.Remove(peer);
                if (wanted.Peers.Count == 0) _wanted.Remove(hash);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>A transaction that is waited for.</summary>
    private sealed class Wanted(uint size, long due)
    {
        public uint Size => size;

        /// <summary>Timestamp before which it may come by itself.</summary>
        public long Due => due;

        public List<EthPeer> Peers { get; } = new(1);

        /// <summary>Who was asked and has not answered.</summary>
        public EthPeer? Asked { get; set; }
    }

    /// <summary>What one peer announced, in its order.</summary>
    private sealed class Source(EthPeer peer)
    {
        private readonly Queue<Hash256> _queue = [];

        public EthPeer Peer => peer;

        public int Questions { get; set; }

        public int Waiting => _queue.Count;

        public bool HasWaiting => _queue.Count != 0;

        public IReadOnlyCollection<Hash256> All => _queue;

        public void Add(Hash256 hash) => _queue.Enqueue(hash);

        public List<Hash256> TakeDue(TransactionFetcher fetcher, int count, int bytes, long now)
        {
            List<Hash256> taken = [];
            while (taken.Count < count && bytes > 0 && _queue.TryPeek(out Hash256 hash))
            {
                bool isWanted = fetcher._wanted.TryGetValue(hash, out Wanted? tx);
                if (isWanted && fetcher._inbox.Recent.Contains(hash)) isWanted = !fetcher._wanted.Remove(hash); // it came by itself
                // If somebody else is asked and fails, it comes back here.
                if (!isWanted || tx!.Asked is not null)
                {
                    _queue.Dequeue();
                    continue;
                }

                if (tx.Due > now) break;
                _queue.Dequeue();
                tx.Asked = peer;
                bytes -= (int)tx.Size;
                taken.Add(hash);
            }

            return taken;
        }
    }
}
