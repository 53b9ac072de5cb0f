using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.JsonRpc;

/// <summary>JSON-RPC 2.0 without a transport: bytes of a request in, bytes of the response out.</summary>
public sealed partial class RpcDispatcher(
    RpcMethodTable methods, RpcServerOptions options, RpcMetrics metrics, TimeProvider time, ILogger<RpcDispatcher> logger)
{
    private static readonly RpcError ResponseTooLarge = RpcError.LimitExceeded("response too large");

    /// <summary>Answers a single request or a batch into an empty buffer, which stays empty when there is nothing to answer
    /// (notifications).</summary>
    public void Handle(
        ReadOnlyMemory<byte> request, IRpcConnection? connection, ArrayBufferWriter<byte> response, CancellationToken cancellation)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.Rpc);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(request);
        }
        catch (JsonException)
        {
            WriteError(response, new RpcError(RpcErrorCode.ParseError, "parse error"));
            return;
        }

        using (document)
        {
            using ExecutionDeadline deadline = new(options.ExecutionTimeout, time, cancellation);
            if (document.RootElement.ValueKind == JsonValueKind.Array) HandleBatch(document.RootElement, connection, response, deadline, cancellation);
            else HandleOne(document.RootElement, connection, response, deadline, cancellation);
        }
    }

    /// <summary>An error that belongs to no request, e.g. a body over the limit.</summary>
    public static void WriteError(IBufferWriter<byte> response, RpcError error) => WriteError(response, default, error);

    private void HandleBatch(
        JsonElement batch, IRpcConnection? connection, ArrayBufferWriter<byte> response, ExecutionDeadline deadline, CancellationToken cancellation)
    {
        int count = batch.GetArrayLength();
        if (count == 0 || count > options.MaxBatchItems)
        {
            WriteError(response, RpcError.InvalidRequest(
                count == 0 ? "empty batch" : $"batch of {count} calls is over the limit of {options.MaxBatchItems}"));
            return;
        }

        ArrayBufferWriter<byte> answer = new();
        foreach (JsonElement item in batch.EnumerateArray())
        {
            cancellation.ThrowIfCancellationRequested();
            answer.ResetWrittenCount();
            if (response.WrittenCount < options.MaxResponseBytes) HandleOne(item, connection, answer, deadline, cancellation);
            else if (IdOf(item, out JsonElement id)) WriteError(answer, id, ResponseTooLarge);
            if (answer.WrittenCount == 0) continue;

            response.Write(response.WrittenCount == 0 ? "["u8 : ","u8);
            response.Write(answer.WrittenSpan);
        }

        if (response.WrittenCount != 0) response.Write("]"u8);
    }

    private void HandleOne(
        JsonElement request, IRpcConnection? connection, ArrayBufferWriter<byte> response, ExecutionDeadline deadline, CancellationToken cancellation)
    {
        bool wantsAnswer = IdOf(request, out JsonElement id);
        if (Invalid(request, id) is { } invalid)
        {
            // A request that cannot be understood cannot be known to be a notification either: it is answered (JSON-RPC 2.0 §5.1).
            WriteError(response, id.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? default : id, invalid);
            return;
        }

        long started = time.GetTimestamp();
        string name = request.GetProperty("method"u8).GetString()!;
        RpcMethod? method = methods.Find(name);
        RpcError? error = method is null
            ? new RpcError(RpcErrorCode.MethodNotFound, $"the method {name} does not exist/is not available")
            : Run(method, request, connection, response, id, deadline, cancellation);
        metrics.OnCall(method?.Name ?? "unknown", error?.Code ?? 0, time.GetElapsedTime(started));
        if (!wantsAnswer || error is not null) response.ResetWrittenCount();
        if (wantsAnswer && error is not null) WriteError(response, id, error);
    }

    /// <summary>Runs the method and writes its answer; what it wrote is void when an error is returned.</summary>
    private RpcError? Run(
        RpcMethod method, JsonElement request, IRpcConnection? connection, ArrayBufferWriter<byte> response, JsonElement id,
        ExecutionDeadline deadline, CancellationToken cancellation)
    {
        List<JsonElement> items = [];
        if (request.TryMember("params", out JsonElement parameters))
        {
            if (parameters.ValueKind != JsonValueKind.Array) return RpcError.InvalidParams("params must be an array");
            items.AddRange(parameters.EnumerateArray());
        }

        if (items.Count < method.Required) return RpcError.InvalidParams($"missing value for required argument {items.Count}");
        if (items.Count > method.Maximum) return RpcError.InvalidParams($"too many arguments, want at most {method.Maximum}");
        try
        {
            RpcResult result = method.Handler(new RpcCall(new RpcParameters(items), connection, deadline, cancellation));
            if (result.Error is not null) return result.Error;
            WriteResult(response, id, result);
            return response.WrittenCount > options.MaxResponseBytes ? ResponseTooLarge : null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Ours, not the caller's: handlers return what callers can cause. One method's bug must not take the server down.
            LogFault(e, method.Name);
            return new RpcError(RpcErrorCode.InternalError, "internal error");
        }
    }

    /// <summary>Why this is no JSON-RPC 2.0 request; null when it is.</summary>
    private static RpcError? Invalid(JsonElement request, JsonElement id)
    {
        if (request.ValueKind != JsonValueKind.Object) return RpcError.InvalidRequest("invalid request");
        if (!request.TryGetProperty("jsonrpc"u8, out JsonElement version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"u8))
        {
            return RpcError.InvalidRequest("invalid request: jsonrpc must be \"2.0\"");
        }

        if (!request.TryGetProperty("method"u8, out JsonElement method) || method.ValueKind != JsonValueKind.String)
        {
            return RpcError.InvalidRequest("invalid request: method must be a string");
        }

        return id.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String or JsonValueKind.Number
            ? null
            : RpcError.InvalidRequest("invalid request: id must be a string, a number or null");
    }

    private static bool IdOf(JsonElement request, out JsonElement id)
    {
        id = default;
        return request.ValueKind == JsonValueKind.Object && request.TryGetProperty("id"u8, out id);
    }

    private static void WriteResult(IBufferWriter<byte> response, JsonElement id, in RpcResult result)
    {
        using Utf8JsonWriter writer = Begin(response, id);
        writer.WritePropertyName("result"u8);
        result.Write(writer);
        writer.WriteEndObject();
    }

    private static void WriteError(IBufferWriter<byte> response, JsonElement id, RpcError error)
    {
        using Utf8JsonWriter writer = Begin(response, id);
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, error.Code);
        writer.WriteString("message"u8, error.Message);
        if (error.Data is not null) writer.WriteString("data"u8, error.Data);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static Utf8JsonWriter Begin(IBufferWriter<byte> response, JsonElement id)
    {
        Utf8JsonWriter writer = new(response);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("id"u8);
        // Byte for byte as it came: 1.0 is not 1 to everybody.
        if (id.ValueKind == JsonValueKind.Undefined) writer.WriteNullValue();
        else writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(id), skipInputValidation: true);
        return writer;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "RPC method {Method} failed")]
    private partial void LogFault(Exception e, string method);
}
