using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Logs at once, and polling filters for logs, blocks and pending transactions.</summary>
/// <param name="maxBlocks">Blocks that one search may span.</param>
/// <param name="maxLogs">Logs that one search may find.</param>
/// <param name="maxResponseBytes">Bytes of the longest answer.</param>
internal sealed class EthLogModule(
    ChainQuestions questions, LogFinder finder, PollingFilters filters, ulong maxBlocks, int maxLogs, int maxResponseBytes) : IRpcModule
{
    // Each byte is two digits in the answer: what is over this would be refused when it was written, and until then be in memory.
    private readonly LogLimits _limits = new(maxLogs, maxResponseBytes / 2);

    private static readonly RpcError FilterNotFound = RpcError.Server("filter not found");

    public string Namespace => "eth";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("eth_getLogs", 1, 1, GetLogs),
        new("eth_newFilter", 1, 1, NewFilter),
        new("eth_newBlockFilter", 0, 0, _ => Add(PollingKind.Blocks, null)),
        new("eth_newPendingTransactionFilter", 0, 0, _ => Add(PollingKind.PendingTransactions, null)),
        new("eth_getFilterChanges", 1, 1, Changes),
        new("eth_getFilterLogs", 1, 1, FilterLogs),
        new("eth_uninstallFilter", 1, 1, Uninstall),
    ];

    private RpcResult GetLogs(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        return p.Object(0, out _) && p.Check(0, LogQuery.Read(p[0], out LogQuery query)) ? Find(query, call.Cancellation) : p.Fault;
    }

    private RpcResult NewFilter(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Object(0, out _) || !p.Check(0, LogQuery.Read(p[0], out LogQuery query))) return p.Fault;
        return query.BlockHash is null ? Add(PollingKind.Logs, query) : RpcError.InvalidParams("a filter waits for blocks to come, not for blockHash");
    }

    private RpcResult Changes(RpcCall call)
    {
        if (!call.Parameters.Text(0, out string id)) return call.Parameters.Fault;
        if (!filters.TryGet(id, out PollingFilter? filter)) return FilterNotFound;
        lock (filter.Gate)
        {
            if (filter.Kind == PollingKind.PendingTransactions) return Hashes(filter.TakePending());
            ulong head = questions.Tree.Head.Number;
            ulong from = filter.NextBlock;
            if (from > head) return Hashes([]);
            RpcResult result = filter.Kind == PollingKind.Blocks ? BlocksBetween(from, head) : NewLogs(filter.Logs!, from, head, call.Cancellation);
            if (result.Error is null) filter.NextBlock = head + 1;
            return result;
        }
    }

    private RpcResult FilterLogs(RpcCall call)
    {
        if (!call.Parameters.Text(0, out string id)) return call.Parameters.Fault;
        return filters.TryGet(id, out PollingFilter? filter) && filter.Logs is { } logs ? Find(logs, call.Cancellation) : FilterNotFound;
    }

    private RpcResult Uninstall(RpcCall call) =>
        call.Parameters.Text(0, out string id) ? RpcResult.Of(filters.Remove(id)) : call.Parameters.Fault;

    private RpcResult Add(PollingKind kind, LogQuery? logs) =>
        filters.Add(new PollingFilter(kind, logs, questions.Tree.Head.Number + 1)) is { } id
            ? RpcResult.Of(id)
            : RpcError.LimitExceeded("too many filters");

    private RpcResult Find(LogQuery query, CancellationToken cancellation)
    {
        if (query.BlockHash is { } hash)
        {
            return finder.Find(query.Filter, hash) is { } ofBlock ? Logs(ofBlock) : RpcError.Server("unknown block");
        }

        ulong head = questions.Tree.Head.Number;
        ulong from = LogQuery.NumberOf(query.From, head), to = LogQuery.NumberOf(query.To, head);
        if (from > to) return RpcError.InvalidParams("invalid block range params");
        return to > head ? RpcError.InvalidParams("block range extends beyond current head block") : FindBetween(query, from, to, cancellation);
    }

    private RpcResult FindBetween(LogQuery query, ulong from, ulong to, CancellationToken cancellation)
    {
        if (questions.Pruned(from, to) is { } pruned) return pruned;
        if (to - from >= maxBlocks) return RpcError.LimitExceeded($"query exceeds the limit of {maxBlocks} blocks");
        LogSearch search = finder.Find(query.Filter, from, to, _limits, cancellation);
        return search.End switch
        {
            LogSearchEnd.TooMany => RpcError.LimitExceeded($"query returns more than {maxLogs} logs; ask for fewer blocks"),
            LogSearchEnd.TooLong => RpcError.LimitExceeded($"query returns more than {maxResponseBytes} bytes; ask for fewer blocks"),
            _ => Logs(search.Logs),
        };
    }

    /// <summary>What came since the last question, as far as it lies in the filter's own range.</summary>
    private RpcResult NewLogs(LogQuery query, ulong from, ulong head, CancellationToken cancellation)
    {
        if (query.From.Kind == BlockParameterKind.Number) from = Math.Max(from, query.From.Number);
        ulong to = Math.Min(LogQuery.NumberOf(query.To, head), head);
        return from > to ? Hashes([]) : FindBetween(query, from, to, cancellation);
    }

    private RpcResult BlocksBetween(ulong from, ulong to)
    {
        List<Hash256> hashes = [];
        for (ulong number = from; number <= to; number++)
        {
            if (questions.Tree.HeaderByNumber(number) is { } header) hashes.Add(header.Hash);
        }

        return Hashes(hashes);
    }

    private static RpcResult Logs(IReadOnlyList<FoundLog> logs) => RpcResult.Of(w =>
    {
        w.WriteStartArray();
        foreach (FoundLog log in logs) ReceiptJson.WriteLog(w, log);
        w.WriteEndArray();
    });

    private static RpcResult Hashes(IReadOnlyList<Hash256> hashes) => RpcResult.Of(w =>
    {
        w.WriteStartArray();
        foreach (Hash256 hash in hashes) w.WriteDataValue(hash.Bytes);
        w.WriteEndArray();
    });
}
