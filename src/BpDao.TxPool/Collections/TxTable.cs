using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.TxPool.Collections;

/// <summary>All transactions of the pool in their indexes, kept in step. Knows no rules and no lock.</summary>
internal sealed class TxTable
{
    private readonly Dictionary<Hash256, PooledTransaction> _byHash = [];
    private readonly Dictionary<Address, SenderQueue> _bySender = [];
    private readonly Dictionary<Address, int> _authorizations = [];
    private readonly SortedSet<SenderQueue> _worstFirst = new(Comparer<SenderQueue>.Create((a, b) => a.Rank.CompareTo(b.Rank)));
    private readonly HashSet<SenderQueue> _unsorted = [];
    private UInt256 _baseFee;

    public int Count => _byHash.Count;

    /// <summary>Of all transactions, as they are encoded.</summary>
    public long Bytes { get; private set; }

    public IReadOnlyCollection<SenderQueue> Senders => _bySender.Values;

    public bool Contains(in Hash256 hash) => _byHash.ContainsKey(hash);

    public bool TryGet(in Hash256 hash, [NotNullWhen(true)] out PooledTransaction? tx) => _byHash.TryGetValue(hash, out tx);

    public SenderQueue? QueueOf(in Address sender) => _bySender.GetValueOrDefault(sender);

    /// <summary>Transactions here that carry an authorization of that account.</summary>
    public int AuthorizationsOf(in Address authority) => _authorizations.GetValueOrDefault(authority);

    /// <summary>Puts the transaction in the place of the one with its nonce, which is returned.</summary>
    public PooledTransaction? Put(PooledTransaction tx, in Account account)
    {
        SenderQueue? queue = QueueOf(tx.Sender);
        PooledTransaction? replaced = queue?.At(tx.Tx.Nonce);
        if (replaced is not null) Forget(replaced);
        if (queue is null) _bySender.Add(tx.Sender, queue = new SenderQueue(tx.Sender));
        queue.Put(tx);
        queue.Follow(account);
        MarkUnsorted(queue);
        _byHash.Add(tx.Tx.Hash, tx);
        Bytes += tx.Size;
        foreach (Address authority in tx.Authorities) _authorizations[authority] = AuthorizationsOf(authority) + 1;
        return replaced;
    }

    public void Remove(PooledTransaction tx)
    {
        SenderQueue queue = _bySender[tx.Sender];
        MarkUnsorted(queue);
        queue.Remove(tx.Tx.Nonce);
        Forget(tx);
        if (queue.Count > 0) return;
        _bySender.Remove(tx.Sender);
        _unsorted.Remove(queue);
    }

    /// <summary>The one that has to go first. Queues are sorted only here: a pool that is not full has no use for it.</summary>
    public PooledTransaction Worst()
    {
        foreach (SenderQueue queue in _unsorted)
        {
            queue.RankAt(_baseFee);
            _worstFirst.Add(queue);
        }

        _unsorted.Clear();
        return _worstFirst.Min!.Last;
    }

    /// <summary>The sender's account as of a new head.</summary>
    public void Follow(SenderQueue queue, in Account account)
    {
        MarkUnsorted(queue);
        queue.Follow(account);
    }

    /// <summary>The base fee by which the worst is found.</summary>
    public void Reprice(in UInt256 baseFee)
    {
        if (baseFee == _baseFee) return;
        _baseFee = baseFee;
        _worstFirst.Clear();
        _unsorted.UnionWith(_bySender.Values);
    }

    // It is found in the set by the rank it was put in with, which stays until it is ranked again.
    private void MarkUnsorted(SenderQueue queue)
    {
        if (_unsorted.Add(queue)) _worstFirst.Remove(queue);
    }

    private void Forget(PooledTransaction tx)
    {
        _byHash.Remove(tx.Tx.Hash);
        Bytes -= tx.Size;
        foreach (Address authority in tx.Authorities)
        {
            int left = AuthorizationsOf(authority) - 1;
            if (left == 0) _authorizations.Remove(authority);
            else _authorizations[authority] = left;
        }
    }
}
