using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Hashes that somebody has, as far as is known; the oldest are forgotten. Eight bytes of each are kept: a peer that finds two alike
/// only keeps one of them from itself. Thread-safe.</summary>
internal sealed class KnownHashes(int capacity)
{
    private readonly HashSet<ShortHash> _hashes = [];
    private readonly Queue<ShortHash> _order = [];
    private readonly Lock _gate = new();

    /// <summary>False when it was there.</summary>
    public bool Add(in Hash256 hash)
    {
        ShortHash key = ShortHash.Of(hash);
        lock (_gate)
        {
            if (!_hashes.Add(key)) return false;
            _order.Enqueue(key);
            if (_order.Count > capacity) _hashes.Remove(_order.Dequeue());
            return true;
        }
    }

    public bool Contains(in Hash256 hash)
    {
        lock (_gate) return _hashes.Contains(ShortHash.Of(hash));
    }

    /// <summary>Its place among the oldest stays taken until it comes to its turn.</summary>
    public void Remove(in Hash256 hash)
    {
        lock (_gate) _hashes.Remove(ShortHash.Of(hash));
    }

    /// <summary>Peers choose these numbers freely, so where they lie in a table must not follow from them alone.</summary>
    private readonly struct ShortHash(ulong value) : IEquatable<ShortHash>
    {
        private readonly ulong _value = value;

        public static ShortHash Of(in Hash256 hash) => new(BinaryPrimitives.ReadUInt64LittleEndian(hash.Bytes));

        public bool Equals(ShortHash other) => _value == other._value;

        public override bool Equals(object? obj) => obj is ShortHash other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_value);
    }
}
