using System.Threading.Channels;
using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Everything enters here and is read by one loop. What peers cause is bounded, in number and in bytes, and dropped when full; each has
/// a share, so that filling it hurts nobody else. The engine's own answers (timers, judgements, commits) are few and never dropped.</summary>
internal sealed class EngineInbox
{
    public const int Capacity = 4096;
    public const int CapacityOfPeer = Capacity / 4;
    public const long CapacityBytes = 128 << 20;

    /// <summary>Three of the longest messages.</summary>
    public const long CapacityBytesOfPeer = 3L * MessageCodec.MaxBlockMessage;

    private readonly Channel<Entry> _channel = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, Load> _loads = [];
    private Load _total;
    private long _dropped;

    /// <summary>Messages of peers that found no room, since start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>False when there is no room.</summary>
    /// <param name="bytes">Length of the message behind the event.</param>
    public bool TryPostFromPeer(PeerId peer, PorEvent e, int bytes)
    {
        Load added = new(1, bytes);
        lock (_lock)
        {
            Load total = _total + added, share = _loads.GetValueOrDefault(peer) + added;
            if (total.Count > Capacity || total.Bytes > CapacityBytes || share.Count > CapacityOfPeer || share.Bytes > CapacityBytesOfPeer)
            {
                Interlocked.Increment(ref _dropped);
                return false;
            }

            (_total, _loads[peer]) = (total, share);
        }

        return _channel.Writer.TryWrite(new Entry(e, peer, added));
    }

    public void Post(PorEvent e) => _channel.Writer.TryWrite(new Entry(e, null, default));

    public async IAsyncEnumerable<PorEvent> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Entry entry in _channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.From is { } peer) Release(peer, entry.Load);
            yield return entry.Event;
        }
    }

    private void Release(PeerId peer, Load load)
    {
        lock (_lock)
        {
            _total -= load;
            Load left = _loads[peer] - load;
            if (left.Count == 0) _loads.Remove(peer);
            else _loads[peer] = left;
        }
    }

    private readonly record struct Load(int Count, long Bytes)
    {
        public static Load operator +(Load left, Load right) => new(left.Count + right.Count, left.Bytes + right.Bytes);

        public static Load operator -(Load left, Load right) => new(left.Count - right.Count, left.Bytes - right.Bytes);
    }

    private readonly record struct Entry(PorEvent Event, PeerId? From, Load Load);
}
