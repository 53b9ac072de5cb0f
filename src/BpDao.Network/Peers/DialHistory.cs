using BpDao.Core;

namespace BpDao.Network;

/// <summary>When a node may be dialled again: soon at first, later after each failure, and with some chance so that two nodes do not keep meeting in the door.
/// A bounded number is remembered. Not thread-safe.</summary>
internal sealed class DialHistory(TimeProvider time)
{
    private const int Capacity = 2048;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(2), Longest = TimeSpan.FromMinutes(10), LongestStatic = TimeSpan.FromSeconds(5);

    private readonly RecentMap<Hash256, Attempt> _attempts = new(Capacity, TimeSpan.FromHours(1), time);

    public bool IsDue(in Hash256 id) => !_attempts.TryGet(id, out Attempt attempt) || time.GetUtcNow() >= attempt.Next;

    /// <summary>It was no good: it comes later each time.</summary>
    /// <param name="isHopeless">It is of another network or speaks nothing that we do: at once as late as possible.</param>
    public void Failed(in Hash256 id, bool isStatic, bool isHopeless)
    {
        int failures = _attempts.TryGet(id, out Attempt before) ? before.Failures + 1 : 1;
        TimeSpan longest = isStatic ? LongestStatic : Longest;
        TimeSpan wait = First * (1 << Math.Min(failures - 1, 12));
        if (isHopeless || wait > longest) wait = longest;
        _attempts.Set(id, new Attempt(failures, time.GetUtcNow() + (wait * Random.Shared.Next(75, 126) / 100)));
    }

    /// <summary>It was good, and has left: soon again.</summary>
    public void Left(in Hash256 id) => _attempts.Set(id, new Attempt(0, time.GetUtcNow() + (First * Random.Shared.Next(25, 126) / 100)));

    private readonly record struct Attempt(int Failures, DateTimeOffset Next);
}
