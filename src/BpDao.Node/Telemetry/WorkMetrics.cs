using System.Diagnostics.Metrics;
using BpDao.Core;

namespace BpDao.Node.Telemetry;

/// <summary>What operators see of where processor time goes. Of the process: nodes that share one cannot be told apart.</summary>
internal static class WorkMetrics
{
    public const string MeterName = "BpDao.Work";

    private static readonly Lazy<Meter> Instruments = new(Create);

    /// <summary>Counts from now on, where the system can.</summary>
    public static void Start()
    {
        if (WorkClock.TryStart()) _ = Instruments.Value;
    }

    private static Meter Create()
    {
        Meter meter = new(MeterName);
        meter.CreateObservableCounter("bpdao.work.cpu", () => Each(kind => WorkClock.Of(kind).Nanoseconds / 1e9), "s", "Processor time, by what it was spent on.");
        meter.CreateObservableCounter("bpdao.work.begun", () => Each(kind => WorkClock.Of(kind).Count), "{piece}", "Pieces of that work; of senders, signatures recovered.");
        return meter;
    }

    private static IEnumerable<Measurement<T>> Each<T>(Func<WorkKind, T> value)
        where T : struct
    {
        foreach (WorkKind kind in Enum.GetValues<WorkKind>())
        {
            if (kind != WorkKind.Other) yield return new Measurement<T>(value(kind), new KeyValuePair<string, object?>("work", NameOf(kind)));
        }
    }

    /// <summary>As Prometheus writes labels: <c>gossip_received</c>.</summary>
    private static string NameOf(WorkKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}" : c.ToString()));
}
