namespace BpDao.Synchronization;

/// <summary>Answers one peer's questions off the wire's thread, and no faster than its share: what a peer asks can cost neither memory nor the others' time.</summary>
internal sealed class ServedPeer : IDisposable
{
    /// <summary>Questions that wait; an honest peer has fewer under way.</summary>
    public const int Waiting = 8;

    // A share of one disk and one line for each peer; nothing is saved up.
    private const int BytesPerSecond = 16 * 1024 * 1024, Burst = 0;

    // What an answer costs beside its bytes.
    private const int CostOfQuestion = 4 * 1024;

    private readonly PacedQueue<(int Code, SyncQuestion Question)> _questions;

    /// <param name="fail">Told of a fault: our bug or our disk.</param>
    public ServedPeer(ISyncPeer peer, SyncServer server, Action<Exception> fail, TimeProvider time) => _questions = new PacedQueue<(int Code, SyncQuestion Question)>(
        Waiting, new TokenBucket(time, BytesPerSecond, Burst), (asked, _) =>
        {
            byte[] answer = server.Answer(asked.Code, asked.Question)!;
            // An answer that finds no room is lost: its question times out over there.
            peer.TrySend(asked.Code + 1, answer);
            return ValueTask.FromResult((long)answer.Length + CostOfQuestion);
        },
        fail, time);

    /// <summary>False when it asks faster than it is answered; the question is lost then.</summary>
    public bool TryTake(int code, in SyncQuestion question) => _questions.TryAdd((code, question));

    /// <summary>The session has ended: what waits is not answered.</summary>
    public void Dispose() => _questions.Dispose();
}
