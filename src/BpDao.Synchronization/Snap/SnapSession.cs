using BpDao.Network;

namespace BpDao.Synchronization.Snap;

/// <summary><c>snap/1</c> with one peer: its requests go to be served, its answers to whoever asked.</summary>
internal sealed class SnapSession(IPeer peer, SnapServing serving, SnapPeers peers, TimeProvider time) : IProtocolHandler
{
    private const int NotAskedFor = 5;
    private const int TooMany = 2;

    // Answers that come after their time are no offence.
    private const int MostForgotten = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, (int Code, TaskCompletionSource<byte[]?> Answer)> _open = [];
    private readonly Queue<ulong> _forgotten = [];
    private ulong _lastId;
    private bool _ended;

    public IPeer Peer => peer;

    public void OnMessage(int code, ReadOnlySpan<byte> payload)
    {
        if ((code & 1) != 0) OnAnswer(code, payload);
        else if (!serving.TryEnqueue(code, payload)) peer.Penalise(TooMany, "more snap requests at once than are served");
    }

    public void OnDisconnected(DisconnectReason reason)
    {
        serving.Dispose();
        peers.Remove(this);
        lock (_lock)
        {
            _ended = true;
            foreach ((_, TaskCompletionSource<byte[]?> answer) in _open.Values) answer.TrySetResult(null);
            _open.Clear();
        }
    }

    /// <summary>Sends a request and waits for its answer; null when there was none in time, or the session ended.</summary>
    /// <param name="code">Of the request.</param>
    /// <param name="encode">Makes the payload with an id.</param>
    public async Task<byte[]?> AskAsync(int code, Func<ulong, byte[]> encode, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TaskCompletionSource<byte[]?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ulong id;
        lock (_lock)
        {
            if (_ended) return null;
            id = ++_lastId;
            _open[id] = (code + 1, answer);
        }

        try
        {
            if (!peer.TrySend(SnapProtocol.Snap1, code, encode(id))) return null;
            return await answer.Task.WaitAsync(timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            Forget(id);
        }
    }

    private void Forget(ulong id)
    {
        lock (_lock)
        {
            if (!_open.Remove(id)) return;
            _forgotten.Enqueue(id);
            if (_forgotten.Count > MostForgotten) _forgotten.Dequeue();
        }
    }

    private void OnAnswer(int code, ReadOnlySpan<byte> payload)
    {
        if (!SnapAnswers.TryReadId(payload, out _, out ulong id))
        {
            peer.Disconnect(DisconnectReason.BreachOfProtocol, $"malformed snap answer {code}");
            return;
        }

        TaskCompletionSource<byte[]?>? answer = null;
        lock (_lock)
        {
            if (_open.TryGetValue(id, out (int Code, TaskCompletionSource<byte[]?> Answer) open) && open.Code == code)
            {
                _open.Remove(id);
                answer = open.Answer;
            }
            else if (_forgotten.Contains(id))
            {
                return;
            }
        }

        if (answer is null) peer.Penalise(NotAskedFor, "a snap answer that was not asked for");
        else answer.TrySetResult(payload.ToArray());
    }
}
