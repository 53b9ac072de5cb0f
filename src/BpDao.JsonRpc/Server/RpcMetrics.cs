using System.Diagnostics.Metrics;

namespace BpDao.JsonRpc;

/// <summary>What operators see of the RPC server.</summary>
public sealed class RpcMetrics
{
    /// <summary>Name of the meter, for the exporter.</summary>
    public const string MeterName = "BpDao.JsonRpc";

    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _sockets;
    private readonly Counter<long> _slowSockets;

    public RpcMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _calls = meter.CreateCounter<long>("bpdao.rpc.calls", "{call}", "Calls by method and error code; 0 is success.");
        _duration = meter.CreateHistogram("bpdao.rpc.call.duration", "s", "Time from decoding a call to its answer.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5] });
        _sockets = meter.CreateUpDownCounter<long>("bpdao.rpc.websockets", "{connection}", "Open WebSockets.");
        _slowSockets = meter.CreateCounter<long>("bpdao.rpc.websockets.closed_as_slow", "{connection}", "WebSockets closed with a full queue.");
    }

    public void OnCall(string method, int code, TimeSpan elapsed)
    {
        KeyValuePair<string, object?> methodTag = new("method", method);
        _calls.Add(1, methodTag, new KeyValuePair<string, object?>("code", code));
        _duration.Record(elapsed.TotalSeconds, methodTag);
    }

    public void OnSocketOpened() => _sockets.Add(1);

    public void OnSocketClosed() => _sockets.Add(-1);

    public void OnSlowSocket() => _slowSockets.Add(1);
}
