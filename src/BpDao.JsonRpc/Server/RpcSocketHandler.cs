using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace BpDao.JsonRpc;

/// <summary>JSON-RPC over a WebSocket: one message, one request or batch, answered in order.</summary>
public sealed class RpcSocketHandler(RpcDispatcher dispatcher, RpcServerOptions options, RpcMetrics metrics) : IDisposable
{
    private const int ReadChunk = 16 * 1024;

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Ends every open WebSocket.</summary>
    public void CloseAll() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    public async Task HandleAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        using RpcSocketConnection connection = new(socket, options, closing, metrics);
        metrics.OnSocketOpened();
        Task sending = connection.SendLoopAsync();
        try
        {
            await ReadLoopAsync(socket, connection, closing.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The other end is gone, or was too slow: both are ordinary ends of a connection.
        }
        finally
        {
            connection.Complete();
            await sending;
            metrics.OnSocketClosed();
        }
    }

    private async Task ReadLoopAsync(WebSocket socket, RpcSocketConnection connection, CancellationToken cancellation)
    {
        ArrayBufferWriter<byte> message = new();
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(message.GetMemory(ReadChunk), cancellation);
            if (part.MessageType == WebSocketMessageType.Close) return;
            message.Advance(part.Count);
            if (message.WrittenCount > options.MaxRequestBytes)
            {
                connection.Close(WebSocketCloseStatus.MessageTooBig, $"message is over the limit of {options.MaxRequestBytes} bytes");
                return;
            }

            if (!part.EndOfMessage) continue;
            ArrayBufferWriter<byte> response = new();
            dispatcher.Handle(message.WrittenMemory, connection, response, cancellation);
            Task answered = response.WrittenCount == 0 ? Task.CompletedTask : connection.AnswerAsync(response.WrittenMemory);
            connection.StartSubscriptions();
            await answered;
            message.ResetWrittenCount();
        }
    }
}
