using System.Threading.Channels;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization.Tests.Download;

/// <summary>The other end of a session: it answers a node's questions as somebody would, honest or not. Bytes only, as on a wire.</summary>
internal sealed class PlayedPeer : ISyncPeer
{
    private readonly SyncSessions _node;
    private readonly Func<int, SyncQuestion, byte[]?> _answer;
    private readonly Channel<(int Code, byte[] Payload)> _wire = Channel.CreateUnbounded<(int, byte[])>();
    private readonly List<(int Code, SyncQuestion Question)> _asked = [];
    private TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _points;

    /// <param name="answer">Code and question to the payload of the answer; null says nothing.</param>
    public PlayedPeer(SyncSessions node, byte id, Func<int, SyncQuestion, byte[]?> answer)
    {
        (_node, _answer, Id) = (node, answer, new PeerId(Keccak256.Hash([id])));
        node.Connected(this);
        _ = Task.Run(DeliverAsync);
    }

    public PeerId Id { get; }

    /// <summary>What it lost, of 100.</summary>
    public int Points => Volatile.Read(ref _points);

    /// <summary>Completes when the node has caught it at forgery.</summary>
    public TaskCompletionSource<string> Caught { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<(int Code, SyncQuestion Question)> Asked
    {
        get
        {
            lock (_asked) return [.. _asked];
        }
    }

    /// <summary>Waits until it was asked so often for that.</summary>
    public async Task AskedAsync(int code, int times, TimeSpan deadline)
    {
        using CancellationTokenSource late = new(deadline);
        while (true)
        {
            Task heard;
            lock (_asked)
            {
                if (_asked.Count(a => a.Code == code) >= times) return;
                heard = _heard.Task;
            }

            await heard.WaitAsync(late.Token);
        }
    }

    public bool TrySend(int code, ReadOnlyMemory<byte> payload) => _wire.Writer.TryWrite((code, payload.ToArray()));

    public void Penalise(int points, string reason)
    {
        Interlocked.Add(ref _points, points);
        if (points >= 25) Caught.TrySetResult(reason);
    }

    public void Disconnect(string detail) => Caught.TrySetResult(detail);

    public void Leave() => _node.Disconnected(this);

    private async Task DeliverAsync()
    {
        await foreach ((int code, byte[] payload) in _wire.Reader.ReadAllAsync())
        {
            if (!SyncMessageCodec.TryDecodeQuestion(code, payload, out SyncQuestion question)) continue;
            lock (_asked)
            {
                _asked.Add((code, question));
                _heard.TrySetResult();
                _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (_answer(code, question) is { } answer) _node.Received(this, code + 1, answer);
        }
    }
}
