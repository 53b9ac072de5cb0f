using System.Diagnostics.CodeAnalysis;
using BpDao.Core;

namespace BpDao.TxPool;

/// <summary>Transactions that wait for a block. Safe for many threads.</summary>
public interface ITxPool
{
    /// <summary>The one door: wallets' and peers' transactions pass the same filters.</summary>
    AcceptTxResult Submit(Transaction tx);

    bool Contains(in Hash256 hash);

    bool TryGet(in Hash256 hash, [NotNullWhen(true)] out Transaction? tx);

    /// <summary>What can be executed next, best tip first, each sender's in the order of nonces; the earlier arrival first among equals.
    /// A snapshot: what comes or goes afterwards is not seen.</summary>
    /// <param name="baseFee">In wei; who cannot pay it is left out, with the sender's later ones.</param>
    IEnumerable<Transaction> Best(UInt256 baseFee);

    /// <summary>Takes out a transaction that turned out to be invalid in a block.</summary>
    void Drop(in Hash256 hash);

    /// <summary>The sender's next nonce if all that can be executed here were: the tag <c>pending</c>.</summary>
    ulong NextNonce(in Address sender);

    /// <summary>All transactions by sender and nonce.</summary>
    TxPoolContent Content();

    /// <summary>How many can be executed next, and how many wait for an earlier nonce.</summary>
    (int Pending, int Queued) Count { get; }

    /// <summary>A transaction came; raised outside of any lock.</summary>
    event Action<Transaction> Added;

    /// <summary>A transaction went; raised outside of any lock.</summary>
    event Action<Transaction, TxRemoval> Removed;
}

/// <summary>The pool at one moment, each sender's by nonce.</summary>
/// <param name="Pending">Can be executed next.</param>
/// <param name="Queued">Wait for an earlier nonce.</param>
public sealed record TxPoolContent(
    IReadOnlyDictionary<Address, IReadOnlyList<Transaction>> Pending, IReadOnlyDictionary<Address, IReadOnlyList<Transaction>> Queued);

/// <summary>Why a transaction left the pool.</summary>
public enum TxRemoval : byte
{
    /// <summary>It is in a block.</summary>
    Included,

    /// <summary>Another with its nonce pays more, or is in a block.</summary>
    Replaced,

    /// <summary>Its sender cannot pay for it any more, or its block would be invalid.</summary>
    Invalid,

    /// <summary>The pool was full.</summary>
    Evicted,
}
