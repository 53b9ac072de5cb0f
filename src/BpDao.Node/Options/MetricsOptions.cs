namespace BpDao.Node.Options;

/// <summary>What is measured, in Prometheus's format at <c>/metrics</c>, with <c>/health</c> beside it on the RPC port.</summary>
internal sealed record MetricsOptions
{
    [Option("metrics.enabled", "on/off", "Serve /metrics.")]
    public bool Enabled { get; init; } = true;

    [Option("health.max-head-age", "seconds", "A head older than this makes /health answer 503.", Min = 1)]
    public int MaxHeadAge { get; init; } = 60;

}
