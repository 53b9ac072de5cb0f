using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>Who signed the transactions of late: one that came by itself comes again in a block, as another instance. A transaction's hash covers its
/// signature, so what is remembered cannot be wrong. Bounded; thread-safe.</summary>
internal sealed class RecoveredSenders
{
    /// <summary>So many of the last are remembered, and at most twice as many.</summary>
    public const int Capacity = 32_768;

    private readonly Lock _lock = new();
    private Dictionary<Hash256, Address> _recent = [], _older = [];

    /// <summary>How many are remembered now.</summary>
    public int Count
    {
        get { lock (_lock) return _recent.Count + _older.Count; }
    }

    public bool TryGet(in Hash256 transaction, out Address sender)
    {
        lock (_lock) return _recent.TryGetValue(transaction, out sender) || _older.TryGetValue(transaction, out sender);
    }

    public void Add(in Hash256 transaction, in Address sender)
    {
        lock (_lock)
        {
            if (_recent.Count == Capacity)
            {
                (_recent, _older) = (_older, _recent);
                _recent.Clear();
            }

            _recent[transaction] = sender;
        }
    }
}
