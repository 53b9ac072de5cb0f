using System.Diagnostics.Metrics;
using BpDao.Consensus.Por.Engine;

namespace BpDao.Node.Engines.Por;

/// <summary>What operators see of the engine beside its blocks.</summary>
internal static class PorMetrics
{
    /// <param name="status">Null before the engine is made.</param>
    public static void Add(Meter meter, Func<PorStatus?> status) =>
        meter.CreateObservableGauge("bpdao.por.stopped", () => status()?.Alarm is null ? 0 : 1, null, "This node has stopped signing after an alarm.");
}
