using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>Searches logs: block by block, by the header's bloom first, then in the receipts.</summary>
public sealed class LogFinder(BlockTree tree)
{
    /// <summary>In the canonical blocks from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    /// <param name="limits">The search ends with a result that says so as soon as more is found.</param>
    public LogSearch Find(LogFilter filter, ulong from, ulong to, LogLimits limits, CancellationToken cancellationToken)
    {
        List<FoundLog> found = [];
        long bytes = 0;
        for (ulong number = from; number <= to && number <= tree.Head.Number; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (tree.HeaderByNumber(number) is not { } header || !filter.MayMatch(header.LogsBloom)) continue;
            foreach (FoundLog log in In(tree.BlockByHash(header.Hash)!, tree.ReceiptsOf(header.Hash)!, filter))
            {
                if (found.Count == limits.Count) return new LogSearch(found, LogSearchEnd.TooMany);
                bytes += log.Log.Data.Length + ((long)log.Log.Topics.Count * Hash256.Size);
                if (bytes > limits.Bytes) return new LogSearch(found, LogSearchEnd.TooLong);
                found.Add(log);
            }
        }

        return new LogSearch(found, LogSearchEnd.Complete);
    }

    /// <summary>In one block, canonical or not; null when there is none with that hash.</summary>
    public IReadOnlyList<FoundLog>? Find(LogFilter filter, Hash256 blockHash)
    {
        if (tree.BlockByHash(blockHash) is not { } block) return null;
        return filter.MayMatch(block.Header.LogsBloom) ? [.. In(block, tree.ReceiptsOf(blockHash)!, filter)] : [];
    }

    /// <summary>In a block that is at hand.</summary>
    public static IEnumerable<FoundLog> In(Block block, IReadOnlyList<Receipt> receipts, LogFilter filter)
    {
        int index = 0;
        for (int i = 0; i < receipts.Count; i++)
        {
            foreach (LogEntry log in receipts[i].Logs)
            {
                if (filter.Matches(log))
                {
                    yield return new FoundLog(log, block.Hash, block.Number, block.Header.Timestamp, block.Transactions[i].Hash, i, index);
                }

                index++;
            }
        }
    }
}

/// <summary>What one search may find.</summary>
/// <param name="Bytes">Of data and topics together.</param>
public readonly record struct LogLimits(int Count, long Bytes);

/// <summary>What a search found, up to its limits.</summary>
public readonly record struct LogSearch(IReadOnlyList<FoundLog> Logs, LogSearchEnd End);

/// <summary>Why a search ended.</summary>
public enum LogSearchEnd : byte
{
    /// <summary>It found all there are.</summary>
    Complete,

    /// <summary>There are more than the limit.</summary>
    TooMany,

    /// <summary>There are more bytes than the limit.</summary>
    TooLong,
}
