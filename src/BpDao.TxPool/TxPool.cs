using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.TxPool.Collections;
using BpDao.TxPool.Filters;
using Microsoft.Extensions.Logging;

namespace BpDao.TxPool;

/// <summary>The pool. One lock owns its tables; signatures are checked before it is taken, events are raised after it is left.</summary>
public sealed class TxPool : ITxPool, IDisposable
{
    private readonly IChainHeadInfo _chain;
    private readonly EthereumEcdsa _ecdsa;
    private readonly TxPoolOptions _options;
    private readonly ILogger<TxPool> _logger;
    private readonly TxTable _table = new();
    private readonly FilterPipeline _filters;
    private readonly Lock _lock = new();
    private ulong _sequence;
    private long _headVersion;

    public TxPool(IChainHeadInfo chain, EthereumEcdsa ecdsa, TxPoolOptions options, ILogger<TxPool> logger)
    {
        (_chain, _ecdsa, _options, _logger) = (chain, ecdsa, options, logger);
        _filters = new FilterPipeline(options, ecdsa, _table);
        _table.Reprice(chain.Head.NextBaseFee);
        chain.HeadChanged += OnHeadChanged;
    }

    public event Action<Transaction>? Added;

    public event Action<Transaction, TxRemoval>? Removed;

    public (int Pending, int Queued) Count
    {
        get
        {
            lock (_lock)
            {
                int pending = _table.Senders.Sum(s => s.Pending);
                return (pending, _table.Count - pending);
            }
        }
    }

    public AcceptTxResult Submit(Transaction tx)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Pool);
        if (Contains(tx.Hash)) return new(AcceptTxCode.AlreadyKnown, "already known");
        TxCandidate candidate = new(tx, _chain.ChainId, _chain.Head);
        AcceptTxResult result = _filters.Alone(candidate);
        if (!result.IsAccepted) return result;

        long version = Volatile.Read(ref _headVersion);
        result = CheckAccount(candidate);
        if (!result.IsAccepted) return result;
        candidate.Authorities = AuthoritiesOf(candidate);

        PooledTransaction? replaced;
        List<PooledTransaction> evicted = [];
        lock (_lock)
        {
            // The account was read before the lock: a block since then may have changed it.
            if (version != _headVersion) result = CheckAccount(candidate);
            if (result.IsAccepted) result = _filters.WithPool(candidate);
            if (!result.IsAccepted) return result;

            PooledTransaction pooled = new(tx, candidate.Sender, candidate.Size, _sequence++, candidate.MaxCost, candidate.Authorities);
            replaced = _table.Put(pooled, candidate.Account);
            result = MakeRoom(pooled, evicted);
            if (!result.IsAccepted && replaced is not null)
            {
                _table.Put(replaced, candidate.Account); // it had its room before
                replaced = null;
            }
        }

        if (replaced is not null) Removed?.Invoke(replaced.Tx, TxRemoval.Replaced);
        foreach (PooledTransaction gone in evicted) Removed?.Invoke(gone.Tx, TxRemoval.Evicted);
        if (result.IsAccepted) Added?.Invoke(tx);
        return result;
    }

    public bool Contains(in Hash256 hash)
    {
        lock (_lock) return _table.Contains(hash);
    }

    public bool TryGet(in Hash256 hash, [NotNullWhen(true)] out Transaction? tx)
    {
        lock (_lock) tx = _table.TryGet(hash, out PooledTransaction? pooled) ? pooled.Tx : null;
        return tx is not null;
    }

    public IEnumerable<Transaction> Best(UInt256 baseFee)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Pool);
        List<PooledTransaction[]> queues;
        lock (_lock)
        {
            queues = new(_table.Senders.Count);
            foreach (SenderQueue sender in _table.Senders)
            {
                if (sender.Pending is var pending and > 0) queues.Add([.. sender.Transactions.Take(pending)]);
            }
        }

        return new BestTransactions(queues, baseFee);
    }

    public void Drop(in Hash256 hash)
    {
        PooledTransaction? pooled;
        lock (_lock)
        {
            if (!_table.TryGet(hash, out pooled)) return;
            _table.Remove(pooled);
        }

        Removed?.Invoke(pooled.Tx, TxRemoval.Invalid);
    }

    public ulong NextNonce(in Address sender)
    {
        lock (_lock)
        {
            if (_table.QueueOf(sender) is { } queue) return queue.AccountNonce + (ulong)queue.Pending;
        }

        return _chain.TryGetAccount(sender, out Account account) ? account.Nonce : 0;
    }

    public TxPoolContent Content()
    {
        Dictionary<Address, IReadOnlyList<Transaction>> pending = [], queued = [];
        lock (_lock)
        {
            foreach (SenderQueue sender in _table.Senders)
            {
                int split = sender.Pending;
                if (split > 0) pending.Add(sender.Sender, [.. sender.Transactions.Take(split).Select(t => t.Tx)]);
                if (split < sender.Count) queued.Add(sender.Sender, [.. sender.Transactions.Skip(split).Select(t => t.Tx)]);
            }
        }

        return new TxPoolContent(pending, queued);
    }

    public void Dispose() => _chain.HeadChanged -= OnHeadChanged;

    /// <summary>Lets the worst go until the rest fits. When that is the new one itself, those that went before it were worse still, and took
    /// less room than it wants: nobody empties the pool with what is refused.</summary>
    private AcceptTxResult MakeRoom(PooledTransaction added, List<PooledTransaction> evicted)
    {
        while (_table.Count > _options.Capacity || _table.Bytes > _options.CapacityBytes)
        {
            PooledTransaction worst = _table.Worst();
            bool executable = _table.QueueOf(worst.Sender)!.Rank.Executable;
            _table.Remove(worst);
            if (worst == added) return RefusedWhenFull(executable);
            evicted.Add(worst);
        }

        return AcceptTxResult.Accepted;
    }

    private AcceptTxResult CheckAccount(TxCandidate candidate)
    {
        candidate.Account = _chain.TryGetAccount(candidate.Sender, out Account account) ? account : Account.Empty;
        candidate.Code = candidate.Account.HasCode ? _chain.GetCode(candidate.Account.CodeHash) : default;
        return _filters.WithAccount(candidate);
    }

    private List<Address> AuthoritiesOf(TxCandidate candidate)
    {
        List<Address> authorities = [];
        foreach (Authorization authorization in candidate.Tx.AuthorizationList)
        {
            if (_ecdsa.TryRecoverAuthority(authorization, out Address authority) && authority != candidate.Head.NextSpec.SystemSender)
            {
                authorities.Add(authority);
            }
        }

        return authorities;
    }

    private static AcceptTxResult RefusedWhenFull(bool executable) => executable
        ? new(AcceptTxCode.FeeTooLowToCompete, "transaction underpriced: the pool is full of better ones")
        : new(AcceptTxCode.PoolFull, "txpool is full");

    private void OnHeadChanged(ChainHeadChange change)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Pool);
        List<(Transaction Tx, TxRemoval Why)> removed;
        lock (_lock)
        {
            _headVersion++;
            removed = new HeadFollower(_table, _chain, _options.NoncesPerSender).Follow(change);
            _table.Reprice(change.Head.NextBaseFee);
        }

        foreach ((Transaction tx, TxRemoval why) in removed) Removed?.Invoke(tx, why);
        HashSet<Hash256> included = [.. change.Added.SelectMany(b => b.Transactions).Select(t => t.Hash)];
        foreach (Transaction tx in change.Removed.SelectMany(b => b.Transactions))
        {
            if (included.Contains(tx.Hash)) continue;
            AcceptTxResult result = Submit(tx);
            if (!result.IsAccepted) _logger.LogDebug("Transaction {TxHash} of an abandoned block is gone: {Reason}", tx.Hash, result);
        }
    }
}
