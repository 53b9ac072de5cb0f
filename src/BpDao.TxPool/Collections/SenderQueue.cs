using BpDao.Core;

namespace BpDao.TxPool.Collections;

/// <summary>The transactions of one sender by nonce, at most one for each.</summary>
internal sealed class SenderQueue(Address sender)
{
    private readonly SortedList<ulong, PooledTransaction> _byNonce = [];
    private UInt256 _maxCost;

    public Address Sender { get; } = sender;

    /// <summary>As of the head.</summary>
    public ulong AccountNonce { get; private set; }

    /// <summary>As of the head, in wei.</summary>
    public UInt256 Balance { get; private set; }

    public int Count => _byNonce.Count;

    /// <summary>By nonce.</summary>
    public IList<PooledTransaction> Transactions => _byNonce.Values;

    /// <summary>How many, from the account's nonce on without a gap, can be executed next.</summary>
    public int Pending { get; private set; }

    /// <summary>Where its last transaction stands among those that may have to go.</summary>
    public EvictionRank Rank { get; private set; }

    public PooledTransaction Last => _byNonce.Values[^1];

    /// <summary>The most that all but the one with <paramref name="nonce"/> can take from the sender, in wei.</summary>
    public UInt256 MaxCostWithout(ulong nonce) => At(nonce) is { } tx ? _maxCost - tx.MaxCost : _maxCost;

    public PooledTransaction? At(ulong nonce) => _byNonce.GetValueOrDefault(nonce);

    public void Follow(in Account account)
    {
        if (account.Nonce != AccountNonce) Pending = 0;
        (AccountNonce, Balance) = (account.Nonce, account.Balance);
        CountOn();
    }

    /// <summary>In the place of the one with its nonce. The caller has seen that the balance covers all, so the sum of costs is a word.</summary>
    public void Put(PooledTransaction tx)
    {
        _maxCost = MaxCostWithout(tx.Tx.Nonce) + tx.MaxCost;
        _byNonce[tx.Tx.Nonce] = tx;
        CountOn();
    }

    public void Remove(ulong nonce)
    {
        _maxCost = MaxCostWithout(nonce);
        int index = _byNonce.IndexOfKey(nonce);
        _byNonce.RemoveAt(index);
        Pending = Math.Min(Pending, index);
    }

    /// <summary>Computes <see cref="Rank"/> anew; not while the queue is in a set that is sorted by it.</summary>
    public void RankAt(in UInt256 baseFee)
    {
        // A transaction is worth no more than the worst before it, without which it cannot be executed.
        FeeRank worst = new(true, UInt256.MaxValue);
        foreach (PooledTransaction tx in _byNonce.Values) worst = FeeRank.Min(worst, FeeRank.Of(tx.Tx, baseFee));
        Rank = new EvictionRank(Pending == Count, worst, Last.Sequence);
    }

    private void CountOn()
    {
        while (Pending < _byNonce.Count && _byNonce.Keys[Pending] == AccountNonce + (ulong)Pending) Pending++;
    }
}

/// <summary>Who goes first when the pool is full: what cannot be executed, then what pays least, then what came last.</summary>
internal readonly record struct EvictionRank(bool Executable, FeeRank Fee, ulong Sequence) : IComparable<EvictionRank>
{
    /// <summary>Less goes first. Sequences are unique, so ranks of different transactions are never equal.</summary>
    public int CompareTo(EvictionRank other)
    {
        if (Executable != other.Executable) return Executable.CompareTo(other.Executable);
        int fee = Fee.CompareTo(other.Fee);
        return fee != 0 ? fee : other.Sequence.CompareTo(Sequence);
    }
}
