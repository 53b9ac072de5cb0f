using BpDao.Core;

namespace BpDao.TxPool.Collections;

/// <summary>The transactions of one sender by nonce, at most one for each.</summary>
internal sealed class SenderQueue(Address sender)
{
    private readonly SortedList<ulong, PooledTransaction> _byNonce = [];

    public Address Sender { get; } = sender;

    /// <summary>As of the head.</summary>
    public ulong AccountNonce { get; private set; }

    /// <summary>As of the head, in wei.</summary>
    public UInt256 Balance { get; private set; }

    public int Count => _byNonce.Count;

    /// <summary>By nonce.</summary>
    public IList<PooledTransaction> Transactions => _byNonce.Values;

    /// <summary>How many, from the account's nonce on without a gap, can be executed next.</summary>
    public int Pending
    {
        get
        {
            int pending = 0;
            while (pending < _byNonce.Count && _byNonce.Keys[pending] == AccountNonce + (ulong)pending) pending++;
            return pending;
        }
    }

    /// <summary>Where its last transaction stands among those that may have to go.</summary>
    public EvictionRank Rank { get; private set; }

    public PooledTransaction Last => _byNonce.Values[^1];

    public void Follow(in Account account) => (AccountNonce, Balance) = (account.Nonce, account.Balance);

    public PooledTransaction? At(ulong nonce) => _byNonce.GetValueOrDefault(nonce);

    public void Put(PooledTransaction tx) => _byNonce[tx.Tx.Nonce] = tx;

    public bool Remove(ulong nonce) => _byNonce.Remove(nonce);

    /// <summary>The most that all but the one with <paramref name="nonce"/> can take from the sender, saturating, in wei.</summary>
    public UInt256 MaxCostWithout(ulong nonce)
    {
        UInt256 sum = UInt256.Zero;
        foreach (PooledTransaction tx in _byNonce.Values)
        {
            if (tx.Tx.Nonce != nonce && UInt256.AddOverflow(sum, tx.MaxCost, out sum)) return UInt256.MaxValue;
        }

        return sum;
    }

    /// <summary>Computes <see cref="Rank"/> anew; not while the queue is in a set that is sorted by it.</summary>
    public void RankAt(in UInt256 baseFee)
    {
        // A transaction is worth no more than the worst before it, without which it cannot be executed.
        FeeRank worst = new(true, UInt256.MaxValue);
        foreach (PooledTransaction tx in _byNonce.Values) worst = FeeRank.Min(worst, FeeRank.Of(tx.Tx, baseFee));
        Rank = new EvictionRank(Pending == Count, worst, Last.Sequence);
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
