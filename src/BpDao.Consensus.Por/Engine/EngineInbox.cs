using System.Threading.Channels;
using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Everything enters here and is read by one loop. What peers cause is bounded and dropped when full; the engine's own answers
/// (timers, judgements, commits) are few and never dropped.</summary>
internal sealed class EngineInbox
{
    public const int Capacity = 4096;

    private readonly Channel<Entry> _channel = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private int _fromPeers;
    private long _dropped;

    /// <summary>Messages of peers that found no room, since start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>False when there is no room.</summary>
    public bool TryPostFromPeer(PorEvent e)
    {
        if (Interlocked.Increment(ref _fromPeers) <= Capacity) return _channel.Writer.TryWrite(new Entry(e, FromPeer: true));
        Interlocked.Decrement(ref _fromPeers);
        Interlocked.Increment(ref _dropped);
        return false;
    }

    public void Post(PorEvent e) => _channel.Writer.TryWrite(new Entry(e, FromPeer: false));

    public async IAsyncEnumerable<PorEvent> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Entry entry in _channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.FromPeer) Interlocked.Decrement(ref _fromPeers);
            yield return entry.Event;
        }
    }

    private readonly record struct Entry(PorEvent Event, bool FromPeer);
}
