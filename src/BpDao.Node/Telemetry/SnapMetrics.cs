using System.Diagnostics.Metrics;
using BpDao.Node.Composition;
using BpDao.Synchronization.Snap;

namespace BpDao.Node.Telemetry;

/// <summary>What operators see of states that are fetched and served.</summary>
internal sealed class SnapMetrics : IDisposable
{
    private readonly Meter _meter;

    public SnapMetrics(NodePlan plan, SnapCounters counters)
    {
        Counters = counters;
        _meter = new Meter(new MeterOptions($"BpDao.{plan.Name}") { Tags = [new("node", plan.Name)] });
        _meter.CreateObservableCounter("bpdao.snap.accounts", () => counters.Accounts, "{account}", "Accounts written by a download of a state.");
        _meter.CreateObservableCounter("bpdao.snap.slots", () => counters.Slots, "{slot}", "Slots written by it.");
        _meter.CreateObservableCounter("bpdao.snap.codes", () => counters.Codes, "{code}", "Codes written by it.");
        _meter.CreateObservableCounter("bpdao.snap.mended_nodes", () => counters.HealedNodes, "{node}", "Trie nodes asked for because the pivot had changed.");
        _meter.CreateObservableGauge("bpdao.snap.share", () => counters.PerMille, "{per_mille}", "Share of the accounts that is there, while a state is downloaded.");
        _meter.CreateObservableCounter("bpdao.snap.served", () => counters.Served, "{answer}", "Answers to peers that fetch a state here.");
        _meter.CreateObservableCounter("bpdao.snap.served_bytes", () => counters.ServedBytes, "By", "Bytes of them.");
    }

    public SnapCounters Counters { get; }

    public void Dispose() => _meter.Dispose();
}
