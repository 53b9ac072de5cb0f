using BpDao.Consensus.Por.Protocol;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Timers that become events. One of a kind: a new one takes the place of the last.</summary>
internal sealed class EngineTimers(TimeProvider time, EngineInbox inbox) : IDisposable
{
    private readonly Dictionary<Kind, ITimer> _timers = [];

    public enum Kind
    {
        Round,
        Resend,
        BlockTime,
        Judge,
    }

    public void Start(Kind kind, TimeSpan after, PorEvent e)
    {
        Stop(kind);
        _timers[kind] = time.CreateTimer(_ => inbox.Post(e), null, after < TimeSpan.Zero ? TimeSpan.Zero : after, System.Threading.Timeout.InfiniteTimeSpan);
    }

    public void Stop(Kind kind)
    {
        if (_timers.Remove(kind, out ITimer? timer)) timer.Dispose();
    }

    public void Dispose()
    {
        foreach (ITimer timer in _timers.Values) timer.Dispose();
        _timers.Clear();
    }
}
