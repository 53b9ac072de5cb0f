namespace BpDao.JsonRpc;

/// <summary>Limits and addresses of the RPC server.</summary>
public sealed record RpcServerOptions
{
    /// <summary>Address to listen on, as text.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port; 0 lets the system choose.</summary>
    public required int Port { get; init; }

    /// <summary>Namespaces that are served.</summary>
    public required IReadOnlyList<string> Namespaces { get; init; }

    /// <summary>Origins whose pages may call; <c>*</c> allows all. Holds for CORS and for the Origin of WebSockets.</summary>
    public required IReadOnlyList<string> CorsOrigins { get; init; }

    /// <summary>Host names a request may be addressed to, against DNS rebinding; IP literals always pass, <c>*</c> allows all.</summary>
    public required IReadOnlyList<string> VirtualHosts { get; init; }

    /// <summary>In bytes, for an HTTP body or a WebSocket message.</summary>
    public required int MaxRequestBytes { get; init; }

    /// <summary>In bytes, for all answers to one HTTP body or WebSocket message together.</summary>
    public required int MaxResponseBytes { get; init; }

    /// <summary>Calls in one batch.</summary>
    public required int MaxBatchItems { get; init; }

    /// <summary>Time in which the executions of one HTTP body or WebSocket message must have begun.</summary>
    public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>Open connections, HTTP and WebSocket together.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>Subscriptions of one WebSocket.</summary>
    public required int MaxSubscriptionsPerConnection { get; init; }

    /// <summary>Messages waiting to be sent on one WebSocket before it is closed as too slow.</summary>
    public required int MaxQueuedMessages { get; init; }

    /// <summary>Bytes of notifications waiting to be sent on one WebSocket before it is closed as too slow.</summary>
    public required int MaxQueuedBytes { get; init; }
}
