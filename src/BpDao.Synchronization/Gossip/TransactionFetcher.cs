using System.Threading.Channels;
using BpDao.Core;
using BpDao.Network;
using BpDao.TxPool;

namespace BpDao.Synchronization;

/// <summary>Asks peers for announced transactions that did not come by themselves, each of one peer at a time.</summary>
internal sealed class TransactionFetcher
{
    private const int MaxQuestionsOfPeer = 2;

    /// <summary>About what an answer may hold, by the sizes that were announced.</summary>
    private const int MaxBytesOfQuestion = 1024 * 1024;

    private readonly ITxPool _pool;
    private readonly TransactionInbox _inbox;
    private readonly Action<IPeer, Exception> _fail;
    private readonly EthOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly WantedTransactions _wanted;
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private CancellationToken _stopping;

    /// <param name="fail">Told what went wrong here while that peer was dealt with.</param>
    public TransactionFetcher(ITxPool pool, TransactionInbox inbox, EthPeers peers, Action<IPeer, Exception> fail, EthOptions options, TimeProvider time)
    {
        (_pool, _inbox, _fail, _options, _time) = (pool, inbox, fail, options, time);
        _wanted = new WantedTransactions(options.FetchDelay, hash => inbox.Recent.Contains(hash), time);
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
            lock (_gate) added |= _wanted.TryAdd(peer, tx);
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
        List<(WantedTransactions.Source Source, List<Hash256> Hashes)> due = [];
        bool waits = false;
        lock (_gate)
        {
            foreach (WantedTransactions.Source source in _wanted.Sources)
            {
                int room = _inbox.RoomOf(source.Peer) - (source.Questions * EthLimits.PooledTransactions);
                while (source.Questions < MaxQuestionsOfPeer && room > 0)
                {
                    List<Hash256> hashes = _wanted.TakeDue(source, Math.Min(room, EthLimits.PooledTransactions), MaxBytesOfQuestion);
                    if (hashes.Count == 0) break;
                    room -= hashes.Count;
                    source.Questions++;
                    due.Add((source, hashes));
                }

                // Not due yet, or the pool is behind: a question that is open wakes this up by itself.
                waits |= source.Questions == 0 && source.Waiting.Count != 0;
            }
        }

        foreach ((WantedTransactions.Source source, List<Hash256> hashes) in due) _ = AskAsync(source, hashes);
        return waits ? _options.FetchDelay / 2 : null;
    }

    /// <summary>Nobody waits for it: what goes wrong here is told to <see cref="_fail"/>.</summary>
    private async Task AskAsync(WantedTransactions.Source source, List<Hash256> hashes)
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
        catch (Exception fault)
        {
            _fail(peer.Peer, fault);
        }

        lock (_gate)
        {
            source.Questions--;
            _wanted.Settle(peer, hashes);
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

    private void OnLeft(EthPeer peer)
    {
        lock (_gate)
        {
            if (!_wanted.Forget(peer)) return;
        }

        _signal.Writer.TryWrite(true);
    }
}
