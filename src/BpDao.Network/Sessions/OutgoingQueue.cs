using System.Buffers;
using BpDao.Core;
using BpDao.Network.Rlpx;
using BpDao.Network.Transport;

namespace BpDao.Network.Sessions;

/// <summary>Messages that wait to be sent to one peer, in lanes: a lane keeps its order and has a bound of its own; those of the first class go before the
/// others, and within a class the lanes take turns. What waits is sealed together and written at once. Thread-safe.</summary>
internal sealed class OutgoingQueue(IConnection connection, FrameCipher cipher, bool compress, int maxQueuedBytes, int urgentLanes, int otherLanes, TimeProvider time)
{
    /// <summary>Counted for each message beside its payload.</summary>
    public const int MessageOverhead = 64;

    /// <summary>A write is not made longer than this if it can stop between two messages.</summary>
    private const int BatchSize = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Lane[] _lanes = NewLanes(urgentLanes + otherLanes);
    private readonly List<Message> _batch = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _nextUrgent, _nextOther;
    private bool _pumping, _finished;
    private long _writingSince;

    /// <summary>Completes when nothing more will be written.</summary>
    public Task Drained => _drained.Task;

    /// <summary>For how long the peer has not taken what is being written; zero when nothing is.</summary>
    public TimeSpan Stalled => Volatile.Read(ref _writingSince) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>False when the queue is finished or the lane is full. A lane that is empty takes any message.</summary>
    public bool TryAdd(int lane, int code, ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            Lane queue = _lanes[lane];
            int cost = payload.Length + MessageOverhead;
            if (_finished || (queue.Bytes > 0 && queue.Bytes + cost > maxQueuedBytes)) return false;
            queue.Bytes += cost;
            queue.Messages.Enqueue(new Message(lane, code, payload));
            StartPump();
            return true;
        }
    }

    /// <summary>Drops what waits and takes nothing more; a last message may be sent.</summary>
    public void Finish(int code, ReadOnlyMemory<byte>? last)
    {
        lock (_lock)
        {
            if (_finished) return;
            _finished = true;
            foreach (Lane lane in _lanes) lane.Messages.Clear();
            if (last is { } payload) _lanes[0].Messages.Enqueue(new Message(0, code, payload));
            StartPump();
        }
    }

    private void StartPump()
    {
        if (_pumping) return;
        _pumping = true;
        // Elsewhere, and a little later: whoever sends several messages in a row finds them in one write.
        ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.PumpAsync(), this, preferLocal: false);
    }

    private async Task PumpAsync()
    {
        while (TakeBatch(out int size))
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
            Volatile.Write(ref _writingSince, time.GetTimestamp());
            bool written = await connection.WriteAsync(new ArraySegment<byte>(buffer, 0, SealBatch(buffer)));
            Volatile.Write(ref _writingSince, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            if (!written) Finish(0, last: null);
        }
    }

    /// <summary>False when nothing waits; the pump is over then.</summary>
    private bool TakeBatch(out int size)
    {
        size = 0;
        lock (_lock)
        {
            foreach (Message sent in _batch) _lanes[sent.Lane].Bytes -= sent.Payload.Length + MessageOverhead;
            _batch.Clear();
            while (size < BatchSize && (TryTake(ref _nextUrgent, 0, urgentLanes, out Message next) || TryTake(ref _nextOther, urgentLanes, otherLanes, out next)))
            {
                _batch.Add(next);
                size += MessageFrame.MaxFrameSize(next.Payload.Length, compress);
            }

            if (size > 0) return true;
            _pumping = false;
            if (!_finished) return false;
        }

        cipher.Dispose();
        _drained.TrySetResult();
        return false;
    }

    private bool TryTake(ref int turn, int first, int count, out Message message)
    {
        for (int i = 0; i < count; i++)
        {
            Lane lane = _lanes[first + turn];
            turn = (turn + 1) % count;
            if (lane.Messages.TryDequeue(out message)) return true;
        }

        message = default;
        return false;
    }

    private int SealBatch(byte[] buffer)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Wire);
        int length = 0;
        foreach (Message message in _batch) length += MessageFrame.Seal(cipher, message.Code, message.Payload.Span, compress, buffer.AsSpan(length));
        return length;
    }

    private static Lane[] NewLanes(int count)
    {
        Lane[] lanes = new Lane[count];
        for (int i = 0; i < count; i++) lanes[i] = new Lane();
        return lanes;
    }

    private sealed class Lane
    {
        public readonly Queue<Message> Messages = new();

        /// <summary>Of those that wait and those being written.</summary>
        public int Bytes;
    }

    private readonly record struct Message(int Lane, int Code, ReadOnlyMemory<byte> Payload);
}
