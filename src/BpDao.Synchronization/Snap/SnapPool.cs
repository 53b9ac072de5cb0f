using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization.Snap;

/// <summary>How a peer met one request.</summary>
internal enum SnapOutcome
{
    Ok,

    /// <summary>It does not have that state, or not that part of it.</summary>
    NotThere,

    /// <summary>It said nothing in time.</summary>
    Silent,

    /// <summary>What it sent is not what the root says.</summary>
    Forged,
}

/// <summary>An answer after it was checked.</summary>
internal readonly record struct SnapAnswer<T>(SnapOutcome Outcome, T? Value = default)
{
    public static implicit operator SnapAnswer<T>(SnapOutcome outcome) => new(outcome);
}

/// <summary>Chooses whom to ask: a free peer, the one that failed least. Whoever forged something is not asked again while it is connected; whoever
/// has not got the state, not for this one; whoever is silent, later.</summary>
/// <remarks>For one pivot. Many requests may be under way. When some peers have not got its state any more, the pivot does not wait for those that say
/// nothing, nor for long for those that are slow: what is here is mended for a later one.</remarks>
internal sealed class SnapPool(SnapPeers peers, SnapMarks marks, SnapOptions options, TimeProvider time, ILogger logger)
{
    private const int ForgedPoints = 25;
    private const int SilentPoints = 2;

    // Unanswered requests in a row after which it is no hope for a pivot that others have not got.
    private const int HopelessFailures = 3;

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    // A pivot that only some peers serve is kept this long. States are kept for 128 blocks, so later ones are there by then.
    private static readonly TimeSpan LongestAlone = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly long _begun = time.GetTimestamp();
    private readonly HashSet<SnapSession> _withoutState = [];
    private TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cancelled when the peers that there are have not got the state, or too few of them for too long.</summary>
    public CancellationTokenSource Gone { get; } = new();

    /// <summary>Asks peers until one answers well.</summary>
    public async Task<T> AskAsync<T>(Func<SnapSession, CancellationToken, Task<SnapAnswer<T>>> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            SnapSession session = await TakeAsync(cancellationToken);
            SnapAnswer<T> answer = SnapOutcome.Silent;
            try
            {
                answer = await ask(session, cancellationToken);
            }
            finally
            {
                GiveBack(session, cancellationToken.IsCancellationRequested ? SnapOutcome.Ok : answer.Outcome);
            }

            if (answer.Outcome == SnapOutcome.Ok) return answer.Value!;
        }
    }

    private async Task<SnapSession> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed = peers.Changed, freed;
            TimeSpan rest;
            bool isGone;
            lock (_lock)
            {
                if (Choose(out rest, out isGone) is { } session) return session;
                freed = _freed.Task;
            }

            if (isGone) await Gone.CancelAsync();
            using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, freed, Task.Delay(rest, time, waiting.Token));
            await waiting.CancelAsync();
        }
    }

    /// <param name="rest">Until a peer that rests may be asked again.</param>
    /// <param name="isGone">There are peers that have not got the state, and no others to hope for: nobody is chosen then.</param>
    private SnapSession? Choose(out TimeSpan rest, out bool isGone)
    {
        rest = LongestRest;
        SnapSession? best = null;
        SnapMark? bestMark = null;
        bool anyLeft = false, anyWithout = false;
        foreach (SnapSession session in peers.Sessions)
        {
            SnapMark mark = marks.Of(session);
            if (mark.Forged) continue;
            if (_withoutState.Contains(session))
            {
                anyWithout = true;
                continue;
            }

            anyLeft |= mark.Failures < HopelessFailures;
            TimeSpan rests = mark.RestsUntil - time.GetElapsedTime(0);
            if (rests > TimeSpan.Zero) rest = rests < rest ? rests : rest;
            else if (mark.Busy < options.RequestsOfPeer && (bestMark is null || Rank(mark).CompareTo(Rank(bestMark)) < 0)) (best, bestMark) = (session, mark);
        }

        isGone = anyWithout && (!anyLeft || time.GetElapsedTime(_begun) > LongestAlone);
        if (isGone || bestMark is null) return null;
        bestMark.Busy++;
        bestMark.Asked++;
        return best;
    }

    private static (int, int, long) Rank(SnapMark mark) => (mark.Failures, mark.Busy, mark.Asked);

    private void GiveBack(SnapSession session, SnapOutcome outcome)
    {
        TaskCompletionSource freed;
        lock (_lock)
        {
            SnapMark mark = marks.Of(session);
            mark.Busy--;
            switch (outcome)
            {
                case SnapOutcome.Ok:
                    mark.Failures = 0;
                    break;
                case SnapOutcome.NotThere:
                    _withoutState.Add(session);
                    break;
                case SnapOutcome.Silent:
                    mark.Failures = Math.Min(mark.Failures + 1, 8);
                    TimeSpan rest = TimeSpan.FromSeconds(1 << mark.Failures);
                    mark.RestsUntil = time.GetElapsedTime(0) + (rest < LongestRest ? rest : LongestRest);
                    break;
                case SnapOutcome.Forged:
                    mark.Forged = true;
                    break;
            }

            (freed, _freed) = (_freed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        freed.SetResult();
        if (outcome == SnapOutcome.Silent) session.Peer.Penalise(SilentPoints, "no snap answer in time");
        if (outcome != SnapOutcome.Forged) return;
        logger.LogDebug("Peer {Peer} forged a part of the state", session.Peer.RemoteEndPoint);
        session.Peer.Penalise(ForgedPoints, "a forged part of the state");
    }
}

/// <summary>What is remembered of a peer from one pivot to the next.</summary>
internal sealed class SnapMark
{
    public int Busy, Failures;
    public long Asked;
    public bool Forged;
    public TimeSpan RestsUntil;
}

/// <summary>Marks of sessions; they go with the session.</summary>
internal sealed class SnapMarks
{
    private readonly ConditionalWeakTable<SnapSession, SnapMark> _marks = [];

    public SnapMark Of(SnapSession session) => _marks.GetValue(session, static _ => new SnapMark());
}
