using System.Runtime.InteropServices;

namespace BpDao.Core;

/// <summary>Adds up the processor time of this process by what it is spent on. A thread works on one thing at a time: what begins within another
/// is not counted there. It decides nothing and is off until somebody wants to know.</summary>
public static partial class WorkClock
{
    // CLOCK_THREAD_CPUTIME_ID of Linux: what other programs do on a busy machine is not counted.
    private const int ThreadTime = 3;

    // Each kind has a cache line for itself: threads add all the time.
    private const int Stride = 8;

    private static readonly long[] Spent = new long[Stride * Enum.GetValues<WorkKind>().Length];
    private static volatile bool _isRunning;

    [ThreadStatic]
    private static WorkKind _current;

    [ThreadStatic]
    private static long _since;

    /// <summary>What the calling thread works on.</summary>
    public static WorkKind Current => _current;

    /// <summary>From now on it counts; false where the system has no such clock.</summary>
    public static bool TryStart() => _isRunning = OperatingSystem.IsLinux();

    /// <summary>Until the scope is disposed, on this thread, the work is of that kind. Costs two readings of the thread's clock, about a microsecond:
    /// not for anything that takes less than a few of them, but nothing within work of the same kind.</summary>
    public static WorkScope Begin(WorkKind kind)
    {
        if (!_isRunning) return default;
        Interlocked.Increment(ref Spent[(Stride * (int)kind) + 1]);
        if (kind == _current) return default;
        WorkScope scope = new(_current);
        Switch(kind);
        return scope;
    }

    /// <summary>Since the start: nanoseconds of processor time, and how often it was begun.</summary>
    public static (long Nanoseconds, long Count) Of(WorkKind kind) =>
        (Interlocked.Read(ref Spent[Stride * (int)kind]), Interlocked.Read(ref Spent[(Stride * (int)kind) + 1]));

    internal static void Switch(WorkKind kind)
    {
        ReadClock(ThreadTime, out Timespec now);
        long time = (now.Seconds * 1_000_000_000) + now.Nanoseconds;
        if (_current != WorkKind.Other) Interlocked.Add(ref Spent[Stride * (int)_current], time - _since);
        (_current, _since) = (kind, time);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    private static partial int ReadClock(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

/// <summary>One piece of work on one thread; ends it, and goes on with what was before.</summary>
public readonly ref struct WorkScope
{
    private readonly WorkKind _before;
    private readonly bool _isCounted;

    internal WorkScope(WorkKind before) => (_before, _isCounted) = (before, true);

    public void Dispose()
    {
        if (_isCounted) WorkClock.Switch(_before);
    }
}
