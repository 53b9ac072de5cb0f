namespace BpDao.Consensus.Por.Protocol;

/// <summary>How long a round may take: min(T0 · factor^r, cap · T0), saturating (protocol rule 4.8). A table, so that no round number,
/// however large, overflows.</summary>
public sealed class TimerTable
{
    // Past this many steps the last entry holds; with a factor of 1.5 and a cap of 8 it is reached after six.
    private const int MaxSteps = 256;

    private readonly long[] _milliseconds;

    /// <param name="baseMs">T0 in milliseconds.</param>
    /// <param name="backoffBps">Factor a round in 1/10000, at least 10000.</param>
    /// <param name="cap">Longest round as a multiple of T0.</param>
    public TimerTable(ulong baseMs, ulong backoffBps, ulong cap)
    {
        UInt128 limit = (UInt128)baseMs * cap, t = baseMs;
        List<long> steps = [];
        while (t < limit && steps.Count < MaxSteps)
        {
            steps.Add((long)t);
            UInt128 next = t * backoffBps / 10_000;
            if (next <= t) break;
            t = next;
        }

        if (t >= limit || steps.Count == 0) steps.Add((long)limit);
        _milliseconds = [.. steps];
    }

    public long MillisecondsOf(uint round) => _milliseconds[Math.Min(round, (uint)_milliseconds.Length - 1)];

    /// <summary>The cap.</summary>
    public long LongestMilliseconds => _milliseconds[^1];

    /// <summary>How often a stuck node says again what it said: max(T0 / 2, 500 ms).</summary>
    public long ResendMilliseconds => Math.Max(_milliseconds[0] / 2, 500);
}
