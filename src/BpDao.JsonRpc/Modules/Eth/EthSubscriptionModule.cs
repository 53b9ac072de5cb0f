using BpDao.Blockchain;

namespace BpDao.JsonRpc;

/// <summary><c>eth_subscribe</c> and <c>eth_unsubscribe</c>, on WebSockets only.</summary>
internal sealed class EthSubscriptionModule(SubscriptionFeed feed) : IRpcModule
{
    private static readonly RpcError NotSupported = new(RpcErrorCode.MethodNotFound, "notifications not supported; use a WebSocket");

    public string Namespace => "eth";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("eth_subscribe", 1, 2, Subscribe),
        new("eth_unsubscribe", 1, 1, Unsubscribe),
    ];

    private RpcResult Subscribe(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (call.Connection is not { } connection) return NotSupported;
        if (!p.Text(0, out string name)) return p.Fault;
        LogFilter? logs = null;
        bool full = false;
        switch (name)
        {
            case "newHeads":
                return Add(SubscriptionKind.NewHeads);
            case "logs":
                LogQuery query = new(LogFilter.All);
                if (!p.IsAbsent(1) && (!p.Object(1, out _) || !p.Check(1, LogQuery.Read(p[1], out query)))) return p.Fault;
                logs = query.Filter;
                return Add(SubscriptionKind.Logs);
            case "newPendingTransactions":
                return p.Flag(1, out full) ? Add(SubscriptionKind.PendingTransactions) : p.Fault;
            default:
                return new RpcError(RpcErrorCode.MethodNotFound, $"no \"{name}\" subscription in eth namespace");
        }

        RpcResult Add(SubscriptionKind kind)
        {
            EthSubscription subscription = new(kind, logs, full, connection, feed);
            return connection.TryAdd(subscription) ? RpcResult.Of(subscription.Id) : RpcError.LimitExceeded("too many subscriptions");
        }
    }

    private static RpcResult Unsubscribe(RpcCall call)
    {
        if (call.Connection is not { } connection) return NotSupported;
        if (!call.Parameters.Text(0, out string id)) return call.Parameters.Fault;
        return connection.Remove(id) ? RpcResult.Of(true) : RpcError.Server("subscription not found");
    }
}
