namespace BpDao.JsonRpc;

/// <summary>The time in which the executions of one request or batch must have begun. It runs from the first of them on.</summary>
public sealed class ExecutionDeadline(TimeSpan limit, TimeProvider time, CancellationToken cancellation) : IDisposable
{
    private CancellationTokenSource? _timer, _either;

    public TimeSpan Limit => limit;

    /// <summary>The time is over; false when only the client left.</summary>
    public bool HasPassed => _timer is { IsCancellationRequested: true };

    /// <summary>Ends executions: the time is over, or the client left.</summary>
    public CancellationToken Token
    {
        get
        {
            // Most requests execute nothing and need no timer.
            _timer ??= new CancellationTokenSource(limit, time);
            _either ??= CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellation);
            return _either.Token;
        }
    }

    public void Dispose()
    {
        _either?.Dispose();
        _timer?.Dispose();
    }
}
