using System.Diagnostics.Metrics;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.JsonRpc;
using BpDao.Network;
using BpDao.Node.Composition;
using BpDao.Node.Options;
using BpDao.Synchronization;
using BpDao.TxPool;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace BpDao.Node.Telemetry;

/// <summary>What operators see of the chain, the pool and the network; every instrument carries the node's name.</summary>
internal sealed class NodeMetrics : IDisposable
{
    private readonly Meter _meter;

    /// <param name="addEngine">Adds the engine's instruments.</param>
    public NodeMetrics(NodePlan plan, BlockTree chain, ITxPool pool, EthService eth, BpDaoProtocol bpdao, ISyncProgress sync, Action<Meter> addEngine)
    {
        string name = $"BpDao.{plan.Name}";
        _meter = new Meter(new MeterOptions(name) { Tags = [new("node", plan.Name)] });
        Counter<long> blocks = _meter.CreateCounter<long>("bpdao.chain.blocks", "{block}", "Blocks committed since the start.");
        Counter<long> transactions = _meter.CreateCounter<long>("bpdao.chain.transactions", "{transaction}", "Transactions in those blocks.");
        Counter<long> gas = _meter.CreateCounter<long>("bpdao.chain.gas", "{gas}", "Gas used by those blocks.");
        chain.Updated += update =>
        {
            foreach (CommittedBlock added in update.Added)
            {
                blocks.Add(1);
                transactions.Add(added.Block.Transactions.Count);
                gas.Add((long)added.Block.Header.GasUsed);
            }
        };
        _meter.CreateObservableGauge("bpdao.chain.head", () => (long)chain.Head.Number, "{block}", "Number of the head.");
        _meter.CreateObservableGauge("bpdao.chain.head_time", () => (long)chain.Head.Timestamp, "s", "Unix time of the head.");
        _meter.CreateObservableGauge("bpdao.pool.pending", () => pool.Count.Pending, "{transaction}", "Can be executed next.");
        _meter.CreateObservableGauge("bpdao.pool.queued", () => pool.Count.Queued, "{transaction}", "Wait for an earlier nonce.");
        _meter.CreateObservableGauge("bpdao.sync.highest", () => (long)(sync.Status?.Highest ?? chain.Head.Number), "{block}", "The head, or while blocks are downloaded the highest that a peer claims.");
        _meter.CreateObservableGauge("bpdao.sync.active", () => sync.Status is null ? 0 : 1, "1", "Blocks are being downloaded.");
        AddNetwork(plan, eth, bpdao);
        addEngine(_meter);
        if (plan.Settings.Get<MetricsOptions>().Enabled) WorkMetrics.Start();
        Provider = Sdk.CreateMeterProviderBuilder().ConfigureResource(resource => resource.AddService("bpdao")).AddMeter(name, RpcMetrics.MeterName, WorkMetrics.MeterName, "System.Runtime").AddPrometheusExporter().Build();
    }

    /// <summary>Collects for the exporter.</summary>
    public MeterProvider Provider { get; }

    private void AddWires(WireNetwork wires)
    {
        _meter.CreateObservableGauge("bpdao.network.inbound", () => wires.Dialler?.Statistics.Inbound ?? 0, "{peer}", "Connected peers that came by themselves.");
        _meter.CreateObservableGauge("bpdao.network.banned", () => wires.Dialler?.Statistics.Banned ?? 0, "{peer}", "Peers kept out for a while.");
        _meter.CreateObservableCounter("bpdao.network.sessions", () => wires.Dialler?.Statistics.Opened ?? 0, "{session}", "Sessions opened since the start.");
        _meter.CreateObservableCounter("bpdao.network.turned_away", () => wires.Dialler?.Statistics.TurnedAway ?? 0, "{session}", "Sessions refused since the start.");
        _meter.CreateObservableCounter("bpdao.network.ended", () => EndedBy(wires, byPeer: false), "{session}", "Sessions that this node ended, by reason.");
        _meter.CreateObservableCounter("bpdao.network.ended_by_peer", () => EndedBy(wires, byPeer: true), "{session}", "Sessions that the other end ended, by reason.");
        _meter.CreateObservableGauge("bpdao.discovery.nodes", () => wires.Discovery?.Count ?? 0, "{node}", "Nodes that discovery knows.");
    }

    private static IEnumerable<Measurement<long>> EndedBy(WireNetwork wires, bool byPeer)
    {
        if (wires.Dialler?.Statistics is not { } statistics) yield break;
        foreach ((DisconnectReason reason, long count) in byPeer ? statistics.EndedByPeers : statistics.EndedByUs)
        {
            yield return new Measurement<long>(count, new KeyValuePair<string, object?>("reason", reason.ToString()));
        }
    }

    private void AddNetwork(NodePlan plan, EthService eth, BpDaoProtocol bpdao)
    {
        if (plan.Network is WireNetwork wires) AddWires(wires);
        _meter.CreateObservableGauge("bpdao.network.peers", () => plan.Network.Peers.Count, "{peer}", "Connected peers.");
        _meter.CreateObservableCounter("bpdao.network.dropped", () => bpdao.Dropped + eth.Gossip.Dropped + eth.Inbox.Dropped, "{message}", "Messages and transactions that met a full queue.");
        _meter.CreateObservableCounter("bpdao.network.flooded", () => bpdao.Flooded + eth.Flooded, "{message}", "Messages of peers beyond their budgets, thrown away.");
        _meter.CreateObservableCounter("bpdao.consensus.received", () => bpdao.ReceivedMessages, "{message}", "Messages of bpdao/1 that came.");
        _meter.CreateObservableCounter("bpdao.consensus.received_bytes", () => bpdao.ReceivedBytes, "By", "Bytes of them.");
        _meter.CreateObservableCounter("bpdao.consensus.sent", () => bpdao.SentMessages, "{message}", "Messages of bpdao/1 that left, counted for each peer.");
        _meter.CreateObservableCounter("bpdao.gossip.sent", () => eth.Gossip.Sent, "{transaction}", "Transactions sent whole, counted for each peer.");
        _meter.CreateObservableCounter("bpdao.gossip.announced", () => eth.Gossip.Announced, "{transaction}", "Transactions announced by their hash, counted for each peer.");
        _meter.CreateObservableCounter("bpdao.gossip.accepted", () => eth.Inbox.Accepted, "{transaction}", "Transactions of peers that the pool took.");
        _meter.CreateObservableCounter("bpdao.gossip.refused", () => eth.Inbox.Refused, "{transaction}", "Transactions of peers that the pool had or did not take.");
    }

    public void Dispose()
    {
        Provider.Dispose();
        _meter.Dispose();
    }
}
