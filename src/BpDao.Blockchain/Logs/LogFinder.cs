using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>Searches logs: block by block, by the header's bloom first, then in the receipts.</summary>
public sealed class LogFinder(BlockTree tree)
{
    /// <summary>In the canonical blocks from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    /// <param name="limit">The search ends with a result that says so as soon as more are found.</param>
    public LogSearch Find(LogFilter filter, ulong from, ulong to, int limit, CancellationToken cancellationToken)
    {
        List<FoundLog> found = [];
        for (ulong number = from; number <= to && number <= tree.Head.Number; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (tree.HeaderByNumber(number) is not { } header || !filter.MayMatch(header.LogsBloom)) continue;
            foreach (FoundLog log in In(tree.BlockByHash(header.Hash)!, tree.ReceiptsOf(header.Hash)!, filter))
            {
                if (found.Count == limit) return new LogSearch(found, IsComplete: false);
                found.Add(log);
            }
        }

        return new LogSearch(found, IsComplete: true);
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

/// <summary>What a search found.</summary>
/// <param name="IsComplete">False: there are more than the limit.</param>
public readonly record struct LogSearch(IReadOnlyList<FoundLog> Logs, bool IsComplete);
