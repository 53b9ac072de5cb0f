using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Which announced transactions are waited for, which peers have them, and who was asked. Bounded in all, and for each peer. Not thread-safe.</summary>
/// <param name="delay">How long a transaction is given to come by itself.</param>
/// <param name="hasCome">Whether it has.</param>
internal sealed class WantedTransactions(TimeSpan delay, Func<Hash256, bool> hasCome, TimeProvider time)
{
    public const int Capacity = 65_536;
    public const int CapacityOfPeer = 8_192;

    private const int MaxSources = 4;

    private readonly Dictionary<Hash256, Wanted> _wanted = [];
    private readonly Dictionary<EthPeer, Source> _sources = [];

    /// <summary>Hashes that are waited for.</summary>
    public int Count => _wanted.Count;

    public IReadOnlyCollection<Source> Sources => _sources.Values;

    /// <summary>That peer says it has this one. False when that changes nothing.</summary>
    public bool TryAdd(EthPeer peer, in AnnouncedTransaction tx)
    {
        if (!_sources.TryGetValue(peer, out Source? source)) _sources[peer] = source = new Source(peer);
        if (source.Waiting.Count >= CapacityOfPeer) return false;
        if (!_wanted.TryGetValue(tx.Hash, out Wanted? wanted))
        {
            if (_wanted.Count == Capacity) return false;
            _wanted[tx.Hash] = wanted = new Wanted(tx.Size, time.GetTimestamp());
        }

        if (wanted.Peers.Count == MaxSources || wanted.Peers.Contains(peer)) return false;
        wanted.Peers.Add(peer);
        source.Waiting.Enqueue(tx.Hash);
        return true;
    }

    /// <summary>What that peer is to be asked for now: it counts as asked.</summary>
    /// <param name="bytes">About what the answer may hold, by the sizes that were announced.</param>
    public List<Hash256> TakeDue(Source source, int count, int bytes)
    {
        List<Hash256> taken = [];
        while (taken.Count < count && bytes > 0 && source.Waiting.TryPeek(out Hash256 hash))
        {
            bool isWanted = _wanted.TryGetValue(hash, out Wanted? tx);
            if (isWanted && hasCome(hash)) isWanted = !_wanted.Remove(hash);
            // If somebody else is asked and fails, it comes back here.
            if (!isWanted || tx!.Asked is not null)
            {
                source.Waiting.Dequeue();
                continue;
            }

            if (time.GetElapsedTime(tx.Since) < delay) break;
            source.Waiting.Dequeue();
            tx.Asked = source.Peer;
            bytes -= (int)tx.Size;
            taken.Add(hash);
        }

        return taken;
    }

    /// <summary>It is here.</summary>
    public void Remove(in Hash256 hash) => _wanted.Remove(hash);

    /// <summary>A question is over: what that peer did not give, the next one is asked for.</summary>
    public void Settle(EthPeer peer, IReadOnlyList<Hash256> asked)
    {
        foreach (Hash256 hash in asked)
        {
            if (!_wanted.TryGetValue(hash, out Wanted? wanted) || wanted.Asked != peer) continue;
            wanted.Asked = null;
            wanted.Peers.Remove(peer);
            wanted.Peers.RemoveAll(p => !_sources.ContainsKey(p));
            if (wanted.Peers.Count == 0 || hasCome(hash)) _wanted.Remove(hash);
            else _sources[wanted.Peers[0]].Waiting.Enqueue(hash);
        }
    }

    /// <summary>That peer has left. False when it had announced nothing.</summary>
    public bool Forget(EthPeer peer)
    {
        if (!_sources.Remove(peer, out Source? source)) return false;
        foreach (Hash256 hash in source.Waiting)
        {
            if (!_wanted.TryGetValue(hash, out Wanted? wanted)) continue;
            wanted.Peers.Remove(peer);
            if (wanted.Peers.Count == 0) _wanted.Remove(hash);
        }

        return true;
    }

    /// <summary>A peer that has announced something.</summary>
    public sealed class Source(EthPeer peer)
    {
        public EthPeer Peer => peer;

        /// <summary>Questions to it that are open.</summary>
        public int Questions { get; set; }

        /// <summary>What it announced, in its order.</summary>
        public Queue<Hash256> Waiting { get; } = [];
    }

    /// <param name="since">Timestamp of the first announcement.</param>
    private sealed class Wanted(uint size, long since)
    {
        public uint Size => size;

        public long Since => since;

        public List<EthPeer> Peers { get; } = new(1);

        /// <summary>Who was asked and has not answered.</summary>
        public EthPeer? Asked { get; set; }
    }
}
