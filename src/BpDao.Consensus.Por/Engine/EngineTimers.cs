using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Timers that become events. One of a kind: a new one takes the place of the last.</summary>
internal sealed class EngineTimers(TimeProvider time, EngineInbox inbox) : IDisposable
{
    // Blocks ahead of the clock that are waited for at once; a leader shows one.
    private const int MaxJudging = 16;

    // Timers take no more than 49 days. A clock that is further off than that is wrong, and looking again does no harm.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly Dictionary<Kind, ITimer> _timers = [];
    private readonly Dictionary<Hash256, ITimer> _judging = [];

    public enum Kind
    {
        Round,
        Resend,
        BlockTime,
    }

    public void Start(Kind kind, TimeSpan after, PorEvent e)
    {
        Stop(kind);
        TimeSpan wait = after < TimeSpan.Zero ? TimeSpan.Zero : after > Longest ? Longest : after;
        _timers[kind] = time.CreateTimer(_ => inbox.Post(e), null, wait, System.Threading.Timeout.InfiniteTimeSpan);
    }

    public void Stop(Kind kind)
    {
        if (_timers.Remove(kind, out ITimer? timer)) timer.Dispose();
    }

    /// <summary>A block that is ahead of the clock is judged when its time has come; each has a timer of its own.</summary>
    /// <returns>False when too many wait already.</returns>
    public bool TryStartJudge(Hash256 block, TimeSpan after, PorEvent e)
    {
        StopJudge(block);
        if (_judging.Count == MaxJudging) return false;
        _judging[block] = time.CreateTimer(_ => inbox.Post(e), null, after, System.Threading.Timeout.InfiniteTimeSpan);
        return true;
    }

    public void StopJudge(Hash256 block)
    {
        if (_judging.Remove(block, out ITimer? timer)) timer.Dispose();
    }

    public void StopJudging()
    {
        foreach (ITimer timer in _judging.Values) timer.Dispose();
        _judging.Clear();
    }

    public void Dispose()
    {
        StopJudging();
        foreach (ITimer timer in _timers.Values) timer.Dispose();
        _timers.Clear();
    }
}
