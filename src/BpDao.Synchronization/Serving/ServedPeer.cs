using System.Threading.Channels;

namespace BpDao.Synchronization;

/// <summary>Answers one peer's questions one after the other, off the wire's thread, and no faster than its share: what a peer asks can cost
/// neither memory nor the others' time.</summary>
internal sealed class ServedPeer : IDisposable
{
    /// <summary>Questions that wait; an honest peer has fewer under way.</summary>
    public const int Waiting = 8;

    // A share of one disk and one line for each peer.
    private const int BytesPerSecond = 16 * 1024 * 1024;

    // What an answer costs beside its bytes.
    private const int CostOfQuestion = 4 * 1024;

    private readonly ISyncPeer _peer;
    private readonly SyncServer _server;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<(int Code, SyncQuestion Question)> _questions =
        Channel.CreateBounded<(int, SyncQuestion)>(new BoundedChannelOptions(Waiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public ServedPeer(ISyncPeer peer, SyncServer server, TimeProvider time)
    {
        (_peer, _server, _time) = (peer, server, time);
        CancellationToken stopping = _stop.Token;
        Completion = Task.Run(() => ServeAsync(stopping), CancellationToken.None);
    }

    /// <summary>Ends with the session. A fault is our bug or our disk.</summary>
    public Task Completion { get; }

    /// <summary>False when it asks faster than it is answered; the question is lost then.</summary>
    public bool TryTake(int code, in SyncQuestion question) => _questions.Writer.TryWrite((code, question));

    /// <summary>The session has ended: what waits is not answered.</summary>
    public void Dispose()
    {
        _questions.Writer.TryComplete();
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task ServeAsync(CancellationToken stopping)
    {
        try
        {
            await foreach ((int code, SyncQuestion question) in _questions.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
            {
                byte[] answer = _server.Answer(code, question)!;
                // An answer that finds no room is lost: its question times out over there.
                _peer.TrySend(code + 1, answer);
                await Task.Delay(TimeSpan.FromSeconds((double)(answer.Length + CostOfQuestion) / BytesPerSecond), _time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The session has ended.
        }
    }
}
