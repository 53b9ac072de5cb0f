using System.Buffers.Binary;
using System.Numerics;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Which peers have which consensus messages, as far as this node has seen, and to whom a message goes on
/// (<see cref="IConsensusTransport.Relay"/>). Bounded a peer; a forgotten message costs one more copy. Thread-safe.</summary>
public sealed class RelayMemory
{
    /// <summary>At least so many peers get a relayed message.</summary>
    public const int LeastFanout = 3;

    /// <summary>Messages remembered a peer: several heights of a full bench.</summary>
    public const int Capacity = 4096;

    /// <summary>Peers remembered; a message may be on its way to one that has just left, and nobody forgets that one again.</summary>
    public const int MaxPeers = 1024;

    // Enough to tell messages apart. A peer that makes two look alike only says of itself that it has both.
    private const int HashedBytes = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, Remembered> _peers = [];

    /// <summary>Peers remembered now.</summary>
    public int Count
    {
        get { lock (_lock) return _peers.Count; }
    }

    /// <summary>About log2 of the peers, and no fewer than three: gossip then reaches everybody.</summary>
    public static int FanoutOf(int peers) => Math.Max(LeastFanout, BitOperations.Log2((uint)Math.Max(1, peers - 1)) + 1);

    /// <summary>The peer sent it, or was sent it.</summary>
    public void Add(PeerId peer, ReadOnlySpan<byte> message)
    {
        ulong hash = HashOf(message);
        lock (_lock) Add(peer, hash);
    }

    /// <summary>Chooses those who get it, and remembers that they have it.</summary>
    /// <param name="self">Mixed in, so that nodes choose different peers for one message.</param>
    /// <param name="from">Never chosen.</param>
    public IReadOnlyList<PeerId> Choose(IReadOnlyCollection<PeerId> peers, PeerId self, PeerId from, ReadOnlySpan<byte> message)
    {
        if (peers.Count == 0) return [];
        ulong hash = HashOf(message);
        PeerId[] all = [.. peers];
        int start = (int)((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(self.Value.Bytes)) % (ulong)all.Length);
        int most = FanoutOf(all.Length);
        List<PeerId> chosen = new(most);
        lock (_lock)
        {
            for (int i = 0; i < all.Length && chosen.Count < most; i++)
            {
                PeerId peer = all[(start + i) % all.Length];
                if (peer != from && Add(peer, hash)) chosen.Add(peer);
            }
        }

        return chosen;
    }

    public void Forget(PeerId peer)
    {
        lock (_lock) _peers.Remove(peer);
    }

    private bool Add(PeerId peer, ulong hash)
    {
        if (!_peers.TryGetValue(peer, out Remembered? known))
        {
            if (_peers.Count == MaxPeers) _peers.Remove(_peers.First().Key);
            _peers.Add(peer, known = new Remembered());
        }

        return known.Add(hash);
    }

    private static ulong HashOf(ReadOnlySpan<byte> message)
    {
        Span<byte> digest = stackalloc byte[Hash256.Size];
        Keccak256.Hash(message[..Math.Min(HashedBytes, message.Length)], digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest) ^ (ulong)message.Length;
    }

    /// <summary>The last so many; the oldest goes first.</summary>
    private sealed class Remembered
    {
        private readonly HashSet<ulong> _set = [];
        private readonly Queue<ulong> _order = new();

        public bool Add(ulong hash)
        {
            if (!_set.Add(hash)) return false;
            _order.Enqueue(hash);
            if (_order.Count > Capacity) _set.Remove(_order.Dequeue());
            return true;
        }
    }
}
