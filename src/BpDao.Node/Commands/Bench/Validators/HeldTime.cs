namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>A clock that stands still until it is moved: no round fails because a processor is busy, and nobody waits for a block's time.
/// Thread-safe; callbacks run on the thread that moves it, in the order of their times; those that
/// are due when they are asked for do not wait for that.</summary>
internal sealed class HeldTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<HeldTimer> _due = [];
    private long _now;
    private long _timers;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => start.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        HeldTimer timer = new(this, Interlocked.Increment(ref _timers), () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        long end = GetTimestamp() + by.Ticks;
        while (TakeDue(end) is { } timer) timer.Fire();
        Interlocked.Exchange(ref _now, end);
    }

    private HeldTimer? TakeDue(long end)
    {
        lock (_gate)
        {
            if (_due.Min is not { } first || first.DueAt > end) return null;
            _due.Remove(first);
            Interlocked.Exchange(ref _now, Math.Max(_now, first.DueAt));
            if (first.Period > 0) Schedule(first, _now + first.Period);
            return first;
        }
    }

    private void Schedule(HeldTimer timer, long? at)
    {
        lock (_gate)
        {
            _due.Remove(timer);
            if (at is not { } due) return;
            timer.DueAt = due;
            _due.Add(timer);
        }
    }

    private sealed class HeldTimer(HeldTime clock, long number, Action fire) : ITimer, IComparable<HeldTimer>
    {
        private long Number { get; } = number;

        public long DueAt { get; set; }

        /// <summary>Ticks; zero for once.</summary>
        public long Period { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
            long? due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetTimestamp() + dueTime.Ticks;
            if (dueTime == TimeSpan.Zero)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ => Fire(), null);
                due = Period > 0 ? due + Period : null;
            }

            clock.Schedule(this, due);
            return true;
        }

        public int CompareTo(HeldTimer? other) => other is null ? 1 : (DueAt, Number).CompareTo((other.DueAt, other.Number));

        public void Dispose() => clock.Schedule(this, null);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
