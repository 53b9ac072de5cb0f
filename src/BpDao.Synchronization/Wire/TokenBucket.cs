namespace BpDao.Synchronization;

/// <summary>What somebody may use in a time: so much a second, with a store for bursts. Thread-safe.</summary>
internal sealed class TokenBucket
{
    private readonly TimeProvider _time;
    private readonly long _perSecond;
    private readonly long _burst;
    private readonly Lock _gate = new();
    private long _tokens;
    private long _filledAt;

    /// <param name="burst">What is there at first, and at most.</param>
    public TokenBucket(TimeProvider time, long perSecond, long burst)
    {
        (_time, _perSecond, _burst, _tokens) = (time, perSecond, burst, burst);
        _filledAt = time.GetTimestamp();
    }

    /// <summary>Takes all or nothing.</summary>
    public bool TryTake(long amount)
    {
        lock (_gate)
        {
            Fill();
            if (_tokens < amount) return false;
            _tokens -= amount;
            return true;
        }
    }

    /// <summary>Takes even what is not there, and says how long to wait until that is paid back.</summary>
    public TimeSpan Borrow(long amount)
    {
        lock (_gate)
        {
            Fill();
            _tokens -= amount;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)-_tokens / _perSecond);
        }
    }

    private void Fill()
    {
        long now = _time.GetTimestamp();
        TimeSpan passed = _time.GetElapsedTime(_filledAt, now);
        // A long silence fills it anyway; the product below stays small.
        long added = passed >= TimeSpan.FromHours(1) ? _burst + Math.Abs(_tokens) : (long)((Int128)passed.Ticks * _perSecond / TimeSpan.TicksPerSecond);
        if (added == 0) return; // parts of a token are not lost: the time is counted from the last whole one
        _tokens = Math.Min(_burst, _tokens + added);
        _filledAt = now;
    }
}
