using System.Threading.Channels;

namespace BpDao.Synchronization;

/// <summary>What one peer asks for, served one after the other beside its reading thread: only so much waits, and after each answer the next one waits until what
/// it cost is paid from the peer's share. Disposing ends it; what waits then is not served.</summary>
internal sealed class PacedQueue<T> : IDisposable
{
    private readonly Channel<T> _waiting;
    private readonly TokenBucket _share;
    private readonly Func<T, CancellationToken, ValueTask<long>> _serve;
    private readonly Action<Exception> _fail;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();

    /// <param name="waiting">Questions that may wait.</param>
    /// <param name="serve">Answers one; returns what it cost of the share.</param>
    /// <param name="fail">Told what went wrong, once: nothing is served after that.</param>
    public PacedQueue(int waiting, TokenBucket share, Func<T, CancellationToken, ValueTask<long>> serve, Action<Exception> fail, TimeProvider time)
    {
        (_share, _serve, _fail, _time) = (share, serve, fail, time);
        _waiting = Channel.CreateBounded<T>(new BoundedChannelOptions(waiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _ = RunAsync(_ended.Token);
    }

    /// <summary>False when too many wait.</summary>
    public bool TryAdd(T question) => _waiting.Writer.TryWrite(question);

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _ended.Cancel();
    }

    private async Task RunAsync(CancellationToken ended)
    {
        try
        {
            await foreach (T question in _waiting.Reader.ReadAllAsync(ended).ConfigureAwait(false))
            {
                TimeSpan wait = _share.Borrow(await _serve(question, ended).ConfigureAwait(false));
                if (wait > TimeSpan.Zero) await Task.Delay(wait, _time, ended).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The session has ended.
        }
        catch (Exception fault)
        {
            _fail(fault);
        }
    }
}
