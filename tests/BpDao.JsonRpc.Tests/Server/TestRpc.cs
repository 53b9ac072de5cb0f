using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using BpDao.JsonRpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.JsonRpc.Tests;

/// <summary>A dispatcher and server over a small module of the tests' own.</summary>
internal static class TestRpc
{
    public static RpcServerOptions Options { get; } = new()
    {
        Host = "127.0.0.1",
        Port = 0,
        Namespaces = ["test", "web3"],
        CorsOrigins = ["https://wallet.example"],
        VirtualHosts = ["localhost"],
        MaxRequestBytes = 4096,
        MaxResponseBytes = 4096,
        MaxBatchItems = 10,
        ExecutionTimeout = TimeSpan.FromSeconds(5),
        MaxConnections = 20,
        MaxSubscriptionsPerConnection = 2,
        MaxQueuedMessages = 8,
        MaxQueuedBytes = 1 << 20,
    };

    public static RpcDispatcher Dispatcher(RpcServerOptions? options = null) => new(
        new RpcMethodTable([new TestModule(), new Web3Module("BpDao/test")], (options ?? Options).Namespaces), options ?? Options, Metrics(),
        TimeProvider.System, NullLogger<RpcDispatcher>.Instance);

    public static RpcMetrics Metrics() => new(new Meters());

    public static string Ask(this RpcDispatcher dispatcher, string request)
    {
        ArrayBufferWriter<byte> response = new();
        dispatcher.Handle(Encoding.UTF8.GetBytes(request), null, response, CancellationToken.None);
        return Encoding.UTF8.GetString(response.WrittenSpan);
    }

    public static Task<RpcServer> StartAsync(RpcServerOptions? options = null)
    {
        RpcServerOptions used = options ?? Options;
        RpcDispatcher dispatcher = Dispatcher(used);
        RpcHttpHandler handler = new(dispatcher, new RpcSocketHandler(dispatcher, used, Metrics()), used);
        return RpcServer.StartAsync(used, handler, NullLoggerFactory.Instance, _ => { }, CancellationToken.None);
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}

internal sealed class TestModule : IRpcModule
{
    public string Namespace => "test";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("test_echo", 1, 2, call => call.Parameters.Text(0, out string text) ? RpcResult.Of(text) : call.Parameters.Fault),
        new("test_revert", 0, 0, _ => new RpcError(RpcErrorCode.ExecutionReverted, "execution reverted", "0x08c379a0")),
        new("test_bug", 0, 0, _ => throw new InvalidOperationException("a bug")),
        new("test_halfWritten", 0, 0, _ => RpcResult.Of(w =>
        {
            w.WriteStartObject();
            throw new InvalidOperationException("a bug");
        })),
        new("test_subscribe", 1, 1, Subscribe),
    ];

    private static RpcResult Subscribe(RpcCall call)
    {
        if (!call.Parameters.Text(0, out string id)) return call.Parameters.Fault;
        if (call.Connection is null) return RpcError.Server("notifications not supported");
        return call.Connection.TryAdd(new Greeting(id, call.Connection)) ? RpcResult.Of(id) : RpcError.LimitExceeded("too many subscriptions");
    }

    /// <summary>Says its id once started, and again when it ends.</summary>
    private sealed class Greeting(string id, IRpcConnection connection) : IRpcSubscription
    {
        public string Id => id;

        public void Start() => connection.Send(Encoding.UTF8.GetBytes($"\"hello {id}\""));

        public void Dispose() => connection.Send(Encoding.UTF8.GetBytes($"\"bye {id}\""));
    }
}
