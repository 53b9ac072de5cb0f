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
    private UInt256 _baseFee;

    public int Count => _byHash.Count;

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
        else _worstFirst.Remove(queue);

        queue.Put(tx);
        queue.Follow(account);
        _byHash.Add(tx.Tx.Hash, tx);
        foreach (Address authority in tx.Authorities) _authorizations[authority] = AuthorizationsOf(authority) + 1;
        Sort(queue);
        return replaced;
    }

    public void Remove(PooledTransaction tx)
    {
        SenderQueue queue = _bySender[tx.Sender];
        _worstFirst.Remove(queue);
        queue.Remove(tx.Tx.Nonce);
        Forget(tx);
        if (queue.Count == 0) _bySender.Remove(tx.Sender);
        else Sort(queue);
    }

    /// <summary>The one that has to go first.</summary>
    public PooledTransaction Worst => _worstFirst.Min!.Last;

    /// <summary>The sender's account as of a new head.</summary>
    public void Follow(SenderQueue queue, in Account account)
    {
        _worstFirst.Remove(queue);
        queue.Follow(account);
        Sort(queue);
    }

    /// <summary>Ranks everything by a new base fee.</summary>
    public void Reprice(in UInt256 baseFee)
    {
        if (baseFee == _baseFee) return;
        _baseFee = baseFee;
        _worstFirst.Clear();
        foreach (SenderQueue queue in _bySender.Values) Sort(queue);
    }

    private void Sort(SenderQueue queue)
    {
        queue.RankAt(_baseFee);
        _worstFirst.Add(queue);
    }

    private void Forget(PooledTransaction tx)
    {
        _byHash.Remove(tx.Tx.Hash);
        foreach (Address authority in tx.Authorities)
        {
            int left = AuthorizationsOf(authority) - 1;
            if (left == 0) _authorizations.Remove(authority);
            else _authorizations[authority] = left;
        }
    }
}
