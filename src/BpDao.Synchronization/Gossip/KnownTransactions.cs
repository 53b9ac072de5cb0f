using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Hashes that a peer has, as far as is known; the oldest are forgotten. Not thread-safe.</summary>
internal sealed class KnownTransactions(int capacity)
{
    private readonly HashSet<Hash256> _hashes = [];
    private readonly Queue<Hash256> _order = [];

    /// <summary>False when it was there.</summary>
    public bool Add(Hash256 hash)
    {
        if (!_hashes.Add(hash)) return false;
        _order.Enqueue(hash);
        if (_order.Count > capacity) _hashes.Remove(_order.Dequeue());
        return true;
    }
}
