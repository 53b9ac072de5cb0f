using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Specs;
using BpDao.State;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BpDao.JsonRpc.Tests;

/// <summary>The <c>eth</c> namespace over a chain in memory, asked through the dispatcher.</summary>
internal sealed class EthChain : IDisposable
{
    private const int MaxResponseBytes = 1 << 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _feed;

    public EthChain(ChainSpec spec, ulong? retained = null)
    {
        Chain = new TestChain(spec, stateOptions: retained is null ? null : new StateOptions(retained));
        Time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds((long)ChainSpecBuilder.GenesisTime));
        Api = CreateApi(maxBlocks: 1000);
        _feed = Api.RunAsync(_stop.Token);
    }

    public TestChain Chain { get; }

    public FakeTimeProvider Time { get; }

    private EthApi Api { get; }

    public JsonElement Ask(string method, params object?[] parameters) => Ask(null, method, parameters);

    public JsonElement Ask(IRpcConnection? connection, string method, params object?[] parameters)
    {
        JsonElement answer = Send(Api, connection, method, parameters);
        return answer.TryGetProperty("result", out JsonElement result) ? result : throw new InvalidOperationException(answer.GetRawText());
    }

    /// <summary>The same call many times in one batch.</summary>
    public IReadOnlyList<JsonElement> AskTogether(int times, string method, params object?[] parameters)
    {
        object[] batch = [.. Enumerable.Range(0, times).Select(id => new { jsonrpc = "2.0", id, method, @params = parameters })];
        return [.. Send(Api, null, batch).EnumerateArray()];
    }

    /// <summary>What a download would say of itself.</summary>
    public FakeSync Sync { get; } = new();

    public JsonElement Fault(string method, params object?[] parameters) => Send(Api, null, method, parameters).GetProperty("error");

    /// <summary>With another limit of blocks for logs.</summary>
    public JsonElement Fault(string method, object parameter, ulong maxBlocks) =>
        Send(CreateApi(maxBlocks), null, method, [parameter]).GetProperty("error");

    public void Dispose()
    {
        _stop.Cancel();
        _feed.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _stop.Dispose();
        Chain.Dispose();
    }

    private EthApi CreateApi(ulong maxBlocks) => new(
        Chain.Tree, Chain.States, Chain.Specs, Chain.HeadInfo, new SenderRecovery(Build.Ecdsa), Chain.Pool, Chain.Calls,
        new EthApiOptions
        {
            GasCap = 50_000_000,
            MinTip = UInt256.Zero,
            MaxFilters = 10,
            FilterTimeout = TimeSpan.FromMinutes(5),
            MaxLogBlocks = maxBlocks,
            MaxLogs = 1000,
            MaxResponseBytes = MaxResponseBytes,
        },
        Time, Sync);

    private JsonElement Send(EthApi api, IRpcConnection? connection, string method, object?[] parameters)
    {
        object?[] encoded = [.. parameters.Select(p => p is Address or Hash256 ? p.ToString() : p)];
        return Send(api, connection, new { jsonrpc = "2.0", id = 1, method, @params = encoded });
    }

    private JsonElement Send(EthApi api, IRpcConnection? connection, object message)
    {
        RpcDispatcher dispatcher = new(
            new RpcMethodTable(api.Modules, ["eth"]), TestRpc.Options with { MaxResponseBytes = MaxResponseBytes }, TestRpc.Metrics(), Time,
            NullLogger<RpcDispatcher>.Instance);
        byte[] request = JsonSerializer.SerializeToUtf8Bytes(message);
        ArrayBufferWriter<byte> response = new();
        dispatcher.Handle(request, connection, response, CancellationToken.None);
        return JsonSerializer.Deserialize<JsonElement>(response.WrittenSpan);
    }
}

/// <summary>A download, moved by hand.</summary>
internal sealed class FakeSync : ISyncProgress
{
    public event Action? CaughtUp
    {
        add { }
        remove { }
    }

    public bool IsFarBehind => Status is not null;

    public SyncStatus? Status { get; set; }
}

/// <summary>Keeps what is sent to it.</summary>
internal sealed class RecordingConnection : IRpcConnection
{
    private readonly BlockingCollection<JsonElement> _results = [];

    public bool TryAdd(IRpcSubscription subscription)
    {
        subscription.Start();
        return true;
    }

    public bool Remove(string subscriptionId) => false;

    public void Send(ReadOnlyMemory<byte> message) =>
        _results.Add(JsonSerializer.Deserialize<JsonElement>(message.Span).GetProperty("params").GetProperty("result"));

    /// <summary>The next results, waited for until a deadline.</summary>
    public List<JsonElement> Take(int count)
    {
        List<JsonElement> taken = [];
        while (taken.Count < count)
        {
            if (!_results.TryTake(out JsonElement result, TimeSpan.FromSeconds(30))) throw new TimeoutException($"{taken.Count} of {count} notifications came.");
            taken.Add(result);
        }

        return taken;
    }
}
