using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Notes when the height at hand came how far, for people who ask where its time went. It decides nothing.</summary>
internal sealed class HeightClock(TimeProvider time)
{
    private DateTimeOffset _earliest;
    private HeightTimes _times = new(0);
    private Hash256? _block;

    /// <param name="earliest">Before it the height's block cannot be; the same at every node.</param>
    public void Begin(DateTimeOffset earliest)
    {
        (_earliest, _block) = (earliest, null);
        _times = new HeightTimes(Elapsed);
    }

    /// <summary>A proposal was built, or came and is worth judging. Another one, of a later round, takes its place.</summary>
    public void Propose(in Hash256 block)
    {
        if (block == _block) return;
        _block = block;
        _times = new HeightTimes(_times.Began) { Proposed = Elapsed };
    }

    public void Judge(in Hash256 block)
    {
        if (block == _block) _times = _times with { Judged = Elapsed };
    }

    /// <summary>A block has a commit certificate here.</summary>
    public void Decide() => _times = _times with { Decided = Elapsed };

    /// <summary>It is on disk.</summary>
    public HeightTimes End() => _times with { Committed = Elapsed };

    private long Elapsed => (long)(time.GetUtcNow() - _earliest).TotalMilliseconds;
}
