using System.Buffers;
using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Node.Composition;
using BpDao.Node.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BpDao.Node.Telemetry;

/// <summary><c>/metrics</c> for Prometheus and <c>/health</c> for whoever restarts nodes, on the RPC port.</summary>
internal static class TelemetryEndpoints
{
    public static void Map(IApplicationBuilder application, NodePlan plan, BlockTree chain, NodeMetrics metrics)
    {
        MetricsOptions options = plan.Settings.Get<MetricsOptions>();
        if (options.Enabled) application.UseOpenTelemetryPrometheusScrapingEndpoint(metrics.Provider, null, "/metrics", null, null);
        application.Use((context, next) => IsHealth(context.Request) ? AnswerHealth(context, plan, chain, options) : next(context));
    }

    private static bool IsHealth(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Path == "/health";

    private static Task AnswerHealth(HttpContext context, NodePlan plan, BlockTree chain, MetricsOptions options)
    {
        long age = plan.Time.GetUtcNow().ToUnixTimeSeconds() - (long)chain.Head.Timestamp;
        bool healthy = age <= options.MaxHeadAge;
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter w = new(body))
        {
            w.WriteStartObject();
            w.WriteBoolean("healthy"u8, healthy);
            w.WriteNumber("head"u8, chain.Head.Number);
            w.WriteNumber("headAgeSeconds"u8, age);
            w.WriteNumber("peers"u8, plan.Network.Peers.Count);
            w.WriteEndObject();
        }

        context.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(body.WrittenMemory).AsTask();
    }
}
