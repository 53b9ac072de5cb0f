using System.Net;

namespace BpDao.Node.Options;

/// <summary>The JSON-RPC server, HTTP and WebSocket on one port.</summary>
internal sealed record HttpOptions : IValidatedOptions
{
    [Option("http.enabled", "on/off", "Serve JSON-RPC.")]
    public bool Enabled { get; init; } = true;

    [Option("http.host", "IP address", "Address to listen on; anything but loopback lets others in.")]
    public string Host { get; init; } = "127.0.0.1";

    [Option("http.port", "port", "TCP port to listen on; 0 lets the system choose.", Max = 65535)]
    public int Port { get; init; } = 8545;

    [Option("http.api", "namespaces", "Method namespaces that are served.")]
    public IReadOnlyList<string> Api { get; init; } = ["eth", "net", "web3", "por"];

    [Option("http.corsdomain", "origins", "Origins whose pages may call, * for all.")]
    public IReadOnlyList<string> CorsDomain { get; init; } = [];

    [Option("http.vhosts", "host names", "Names this server may be called by, * for all; IP addresses always may.")]
    public IReadOnlyList<string> VirtualHosts { get; init; } = ["localhost"];

    [Option("http.max-request-bytes", "bytes", "Longest request body or WebSocket message.", Min = 1024, Max = 1 << 30)]
    public int MaxRequestBytes { get; init; } = 5 * 1024 * 1024;

    [Option("http.max-response-bytes", "bytes", "Longest answer to one request or batch.", Min = 1024, Max = 1 << 30)]
    public int MaxResponseBytes { get; init; } = 25_000_000;

    [Option("http.max-batch", "calls", "Calls in one batch.", Min = 1)]
    public int MaxBatch { get; init; } = 1000;

    [Option("http.max-connections", "connections", "Open connections.", Min = 1)]
    public int MaxConnections { get; init; } = 1000;

    [Option("http.max-subscriptions", "subscriptions", "Subscriptions of one WebSocket.", Min = 1)]
    public int MaxSubscriptions { get; init; } = 100;

    [Option("http.max-queued-messages", "messages", "Messages waiting for a slow WebSocket before it is closed.", Min = 16)]
    public int MaxQueuedMessages { get; init; } = 10_000;

    [Option("http.max-queued-bytes", "bytes", "Bytes of notifications waiting for a slow WebSocket before it is closed.", Min = 64 * 1024, Max = 1 << 30)]
    public int MaxQueuedBytes { get; init; } = 32 * 1024 * 1024;

    [Option("rpc.gas-cap", "gas", "Most gas of eth_call, eth_estimateGas and eth_createAccessList.", Min = 21_000)]
    public ulong GasCap { get; init; } = 50_000_000;

    [Option("rpc.evm-timeout", "seconds", "Time in which the executions of one request or batch must have begun.", Min = 1, Max = 3600)]
    public int EvmTimeout { get; init; } = 5;

    [Option("rpc.max-filters", "filters", "Polling filters at one time.", Min = 1)]
    public int MaxFilters { get; init; } = 1000;

    [Option("rpc.filter-timeout", "seconds", "A filter that nobody asks for this long is removed.", Min = 1)]
    public int FilterTimeout { get; init; } = 300;

    [Option("rpc.max-log-blocks", "blocks", "Blocks that one eth_getLogs may span.", Min = 1)]
    public ulong MaxLogBlocks { get; init; } = 10_000;

    [Option("rpc.max-logs", "logs", "Logs that one eth_getLogs may return.", Min = 1)]
    public int MaxLogs { get; init; } = 20_000;

    public IEnumerable<string> Faults()
    {
        if (Host != "localhost" && !IPAddress.TryParse(Host, out _)) yield return $"http.host: '{Host}': want an IP address";
    }
}
