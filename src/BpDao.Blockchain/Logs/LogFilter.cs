using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>Which logs are wanted.</summary>
/// <param name="Addresses">Any of these; empty is any at all.</param>
/// <param name="Topics">By position: any of these; empty or null is any at all. A log with fewer topics does not match.</param>
public sealed record LogFilter(IReadOnlyCollection<Address> Addresses, IReadOnlyList<IReadOnlyCollection<Hash256>?> Topics)
{
    public static LogFilter All { get; } = new([], []);

    public bool Matches(LogEntry log)
    {
        if (Addresses.Count > 0 && !Addresses.Contains(log.Address)) return false;
        if (Topics.Count > log.Topics.Count) return false;
        for (int i = 0; i < Topics.Count; i++)
        {
            if (Topics[i] is { Count: > 0 } wanted && !wanted.Contains(log.Topics[i])) return false;
        }

        return true;
    }

    /// <summary>False: certainly no log that passed this bloom matches.</summary>
    public bool MayMatch(Bloom bloom)
    {
        if (Addresses.Count > 0 && !Addresses.Any(a => bloom.MayContain(a.Bytes))) return false;
        return Topics.All(wanted => wanted is not { Count: > 0 } || wanted.Any(t => bloom.MayContain(t.Bytes)));
    }
}

/// <summary>A log with its place.</summary>
/// <param name="LogIndex">Within the block.</param>
public sealed record FoundLog(
    LogEntry Log, Hash256 BlockHash, ulong BlockNumber, ulong BlockTimestamp, Hash256 TransactionHash, int TransactionIndex, int LogIndex);
