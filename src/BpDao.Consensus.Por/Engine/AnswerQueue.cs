using System.Threading.Channels;
using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Makes and sends what peers asked for beside the engine's loop: reading blocks for strangers must not keep it from counting votes. Peers take
/// turns, and all of them together are served at a pace.</summary>
internal sealed class AnswerQueue(IConsensusTransport transport, AnswerBudget budget, TimeProvider time)
{
    public const int MaxWaitingOfPeer = 8;

    /// <summary>Of all peers together.</summary>
    public const long BytesPerSecond = 32 << 20;

    // Sent at once before the pace is kept.
    private const long Portion = 1 << 20;

    private const int MaxPeers = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, Queue<Func<PorMessage?>>> _waiting = [];
    private readonly Queue<PeerId> _turns = new();
    private readonly Channel<bool> _ready = Channel.CreateUnbounded<bool>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Waiting is bounded: who asks faster than it is served is not answered, and asks again or somebody else.</summary>
    /// <param name="make">Null when there is nothing to say.</param>
    public void Add(PeerId peer, Func<PorMessage?> make)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(peer, out Queue<Func<PorMessage?>>? own))
            {
                if (_waiting.Count == MaxPeers) return;
                _waiting.Add(peer, own = new Queue<Func<PorMessage?>>());
                _turns.Enqueue(peer);
            }

            if (own.Count == MaxWaitingOfPeer) return;
            own.Enqueue(make);
        }

        _ready.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long sent = 0;
        await foreach (bool _ in _ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            (PeerId peer, Func<PorMessage?> make) = Next();
            if (make() is not { } message) continue;
            byte[] encoded = MessageCodec.Encode(message);
            budget.Spend(peer, encoded.Length);
            transport.Send(peer, encoded);
            sent += encoded.Length;
            if (sent < Portion) continue;
            await Task.Delay(TimeSpan.FromMilliseconds(sent * 1000 / BytesPerSecond), time, cancellationToken).ConfigureAwait(false);
            sent = 0;
        }
    }

    private (PeerId Peer, Func<PorMessage?> Make) Next()
    {
        lock (_lock)
        {
            PeerId peer = _turns.Dequeue();
            Queue<Func<PorMessage?>> own = _waiting[peer];
            Func<PorMessage?> make = own.Dequeue();
            if (own.Count > 0) _turns.Enqueue(peer);
            else _waiting.Remove(peer);
            return (peer, make);
        }
    }
}
