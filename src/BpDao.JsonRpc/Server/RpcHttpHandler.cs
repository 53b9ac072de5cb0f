using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace BpDao.JsonRpc;

/// <summary>JSON-RPC over HTTP POST, and the door to WebSockets on the same port.</summary>
public sealed class RpcHttpHandler(RpcDispatcher dispatcher, RpcSocketHandler sockets, RpcServerOptions options)
{
    private readonly RequestOrigin _origin = new(options);

    /// <summary>Ends every WebSocket; for a stop.</summary>
    public void CloseSockets() => sockets.CloseAll();

    /// <summary>Lets through what is addressed to this machine by an allowed name; in front of everything that is served.</summary>
    public Task GuardAsync(HttpContext context, RequestDelegate next) =>
        _origin.AllowsHost(context.Request) ? next(context) : RefuseAsync(context, StatusCodes.Status403Forbidden, "invalid host specified");

    public Task HandleAsync(HttpContext context)
    {
        _origin.AddCorsHeaders(context);
        if (context.WebSockets.IsWebSocketRequest)
        {
            return _origin.AllowsOrigin(context.Request)
                ? sockets.HandleAsync(context)
                : RefuseAsync(context, StatusCodes.Status403Forbidden, "origin not allowed");
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST, OPTIONS";
            return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "JSON-RPC wants POST");
        }

        // Pages can post text/plain to any address without asking; this type they cannot.
        return context.Request.ContentType is { } type && type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
            ? PostAsync(context)
            : RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "content type must be application/json");
    }

    private async Task PostAsync(HttpContext context)
    {
        byte[]? body = await ReadBodyAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            context.Response.Headers.Connection = "close"; // the rest of the body is not read
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"request body is over the limit of {options.MaxRequestBytes} bytes");
            return;
        }

        ArrayBufferWriter<byte> response = new();
        dispatcher.Handle(body, connection: null, response, context.RequestAborted);
        if (response.WrittenCount == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await SendAsync(context, StatusCodes.Status200OK, response);
    }

    /// <summary>Null when it is longer than allowed, whatever its header says.</summary>
    private async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > options.MaxRequestBytes) return null;
        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellation);
            if (read.Buffer.Length > options.MaxRequestBytes) return null;
            if (read.IsCompleted)
            {
                byte[] body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        ArrayBufferWriter<byte> response = new();
        RpcDispatcher.WriteError(response, RpcError.InvalidRequest(message));
        return SendAsync(context, status, response);
    }

    private static async Task SendAsync(HttpContext context, int status, ArrayBufferWriter<byte> response)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = response.WrittenCount;
        await context.Response.Body.WriteAsync(response.WrittenMemory, context.RequestAborted);
    }
}
