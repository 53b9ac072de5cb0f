using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Turns new blocks and transactions into notifications. Those who commit blocks only post here; writing and matching happens
/// in this feed's own loop.</summary>
internal sealed class SubscriptionFeed
{
    private const int QueueCapacity = 16_384;

    private readonly ConcurrentDictionary<string, EthSubscription> _subscriptions = [];

    // When this overflows, subscribers have long been closed as too slow; the oldest event is the least interesting.
    private readonly Channel<object> _events = Channel.CreateBounded<object>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public void OnChainUpdated(ChainUpdate update) => _events.Writer.TryWrite(update);

    public void OnPendingTransaction(Transaction tx)
    {
        if (_subscriptions.Values.Any(s => s.Kind is SubscriptionKind.PendingTransactions)) _events.Writer.TryWrite(tx);
    }

    public void Add(EthSubscription subscription) => _subscriptions[subscription.Id] = subscription;

    public void Remove(EthSubscription subscription) => _subscriptions.TryRemove(subscription.Id, out _);

    /// <summary>Notifies until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (object e in _events.Reader.ReadAllAsync(cancellation))
        {
            if (e is Transaction tx) Notify(tx);
            else foreach (CommittedBlock block in ((ChainUpdate)e).Added) Notify(block);
        }
    }

    private void Notify(CommittedBlock committed)
    {
        (Block block, IReadOnlyList<Receipt> receipts) = committed;
        foreach (EthSubscription subscription in _subscriptions.Values)
        {
            if (subscription.Kind == SubscriptionKind.NewHeads)
            {
                subscription.Send(w => BlockJson.WriteHeader(w, block.Header));
            }
            else if (subscription.Kind == SubscriptionKind.Logs && subscription.Logs!.MayMatch(block.Header.LogsBloom))
            {
                foreach (FoundLog log in LogFinder.In(block, receipts, subscription.Logs)) subscription.Send(w => ReceiptJson.WriteLog(w, log));
            }
        }
    }

    private void Notify(Transaction tx)
    {
        foreach (EthSubscription subscription in _subscriptions.Values)
        {
            if (subscription.Kind != SubscriptionKind.PendingTransactions) continue;
            if (subscription.FullTransactions) subscription.Send(w => TransactionJson.Write(w, tx, null));
            else subscription.Send(w => w.WriteDataValue(tx.Hash.Bytes));
        }
    }
}

/// <summary>What <c>eth_subscribe</c> can be asked for.</summary>
internal enum SubscriptionKind : byte
{
    NewHeads,
    Logs,
    PendingTransactions,
}

/// <summary>One client's wish to be told.</summary>
internal sealed class EthSubscription(
    SubscriptionKind kind, LogFilter? logs, bool fullTransactions, IRpcConnection connection, SubscriptionFeed feed) : IRpcSubscription
{
    public string Id { get; } = PollingFilters.NewId();

    public SubscriptionKind Kind => kind;

    public LogFilter? Logs => logs;

    public bool FullTransactions => fullTransactions;

    public void Start() => feed.Add(this);

    public void Dispose() => feed.Remove(this);

    public void Send(Action<Utf8JsonWriter> writeResult)
    {
        ArrayBufferWriter<byte> message = new();
        using (Utf8JsonWriter w = new(message))
        {
            w.WriteStartObject();
            w.WriteString("jsonrpc"u8, "2.0"u8);
            w.WriteString("method"u8, "eth_subscription"u8);
            w.WriteStartObject("params"u8);
            w.WriteString("subscription"u8, Id);
            w.WritePropertyName("result"u8);
            writeResult(w);
            w.WriteEndObject();
            w.WriteEndObject();
        }

        connection.Send(message.WrittenMemory);
    }
}
