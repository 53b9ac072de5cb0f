using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace BpDao.JsonRpc.Tests;

/// <summary>What a WebSocket whose other end does not read can hold of memory.</summary>
public sealed class RpcSocketTests : IDisposable
{
    private const int LongText = 3000;

    private static readonly RpcServerOptions Options = TestRpc.Options with { MaxQueuedMessages = 1000, MaxQueuedBytes = 1000 };

    private readonly StalledSocket _socket = new();
    private readonly CancellationTokenSource _closing = new();

    public void Dispose()
    {
        _socket.Dispose();
        _closing.Dispose();
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_not_answered_on()
    {
        string[] answers = [.. Enumerable.Range(0, 100).Select(i => $"{i:d3}" + new string('a', LongText))];
        foreach (string text in answers) _socket.Requests.Enqueue($$"""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["{{text}}"]}""");
        using RpcSocketHandler handler = new(TestRpc.Dispatcher(Options), Options, TestRpc.Metrics());

        Task handling = handler.HandleAsync(_socket.Context());
        Assert.Equal(99, _socket.Requests.Count);

        _socket.Read();
        await handling;
        Assert.Equal(answers.Select(text => $$"""{"jsonrpc":"2.0","id":1,"result":"{{text}}"}"""), _socket.Sent);
    }

    [Fact]
    public async Task Notifications_that_nobody_reads_close_the_connection_and_say_why()
    {
        using RpcSocketConnection connection = new(_socket, Options, _closing, TestRpc.Metrics());
        connection.Send(new byte[600]);
        connection.Send(new byte[600]);
        connection.Send(new byte[300]);

        _socket.Read();
        await connection.SendLoopAsync();

        Assert.Equal([600], _socket.Sent.Select(m => m.Length));
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "too slow: more than 1000 bytes or 1000 messages wait"), (_socket.CloseStatus, _socket.CloseStatusDescription));
    }

    [Fact]
    public async Task Notifications_that_are_read_make_room_for_others()
    {
        using RpcSocketConnection connection = new(_socket, Options, _closing, TestRpc.Metrics());
        _socket.Read();
        Task sending = connection.SendLoopAsync();
        for (int i = 0; i < 5; i++)
        {
            connection.Send(new byte[600]);
            await connection.AnswerAsync(new byte[1]); // sent after it, so that its room is free again
        }

        connection.Complete();
        await sending;
        Assert.Equal((10, WebSocketCloseStatus.NormalClosure), (_socket.Sent.Count, _socket.CloseStatus));
    }

    [Fact]
    public async Task What_ends_with_a_connection_may_still_speak_and_is_not_heard()
    {
        using RpcSocketConnection connection = new(_socket, Options, _closing, TestRpc.Metrics());
        connection.Complete();
        connection.Send(new byte[600]);
        await connection.SendLoopAsync();

        Assert.Empty(_socket.Sent);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, false), (_socket.CloseStatus, _closing.IsCancellationRequested));
    }
}

/// <summary>Gives the requests of a test, and takes nothing before it is told to.</summary>
internal sealed class StalledSocket : WebSocket, IHttpWebSocketFeature
{
    private readonly TaskCompletionSource _reads = new();
    private WebSocketCloseStatus? _status;
    private string? _reason;
    private WebSocketState _state = WebSocketState.Open;

    public Queue<string> Requests { get; } = [];

    public List<string> Sent { get; } = [];

    public override WebSocketCloseStatus? CloseStatus => _status;

    public override string? CloseStatusDescription => _reason;

    public override WebSocketState State => _state;

    public override string? SubProtocol => null;

    public bool IsWebSocketRequest => true;

    public HttpContext Context()
    {
        DefaultHttpContext context = new();
        context.Features.Set<IHttpWebSocketFeature>(this);
        return context;
    }

    /// <summary>The other end reads from now on.</summary>
    public void Read() => _reads.TrySetResult();

    public Task<WebSocket> AcceptAsync(WebSocketAcceptContext context) => Task.FromResult<WebSocket>(this);

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        if (!Requests.TryDequeue(out string? request)) return Task.FromResult(new WebSocketReceiveResult(0, WebSocketMessageType.Close, true));
        int length = Encoding.UTF8.GetBytes(request, buffer);
        return Task.FromResult(new WebSocketReceiveResult(length, WebSocketMessageType.Text, true));
    }

    public override async Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        await _reads.Task.WaitAsync(cancellationToken);
        Sent.Add(Encoding.UTF8.GetString(buffer));
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        (_status, _reason, _state) = (closeStatus, statusDescription, WebSocketState.CloseSent);
        return Task.CompletedTask;
    }

    public override void Abort() => _state = WebSocketState.Aborted;

    public override void Dispose()
    {
    }
}
