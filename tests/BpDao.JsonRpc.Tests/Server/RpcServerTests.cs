using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace BpDao.JsonRpc.Tests;

/// <summary>The server over real sockets on loopback.</summary>
public sealed class RpcServerTests : IAsyncLifetime, IDisposable
{
    private const string Echo = """{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["a"]}""";
    private const string EchoAnswer = """{"jsonrpc":"2.0","id":1,"result":"a"}""";

    private readonly HttpClient _client = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));
    private RpcServer _server = null!;

    public async Task InitializeAsync() => _server = await TestRpc.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Answers_a_post()
    {
        using HttpResponseMessage response = await PostAsync(Echo);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(EchoAnswer, await response.Content.ReadAsStringAsync(_deadline.Token));
    }

    [Fact]
    public async Task Answers_a_notification_with_nothing()
    {
        using HttpResponseMessage response = await PostAsync("""{"jsonrpc":"2.0","method":"test_echo","params":["a"]}""");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuses_an_oversized_body(bool chunked)
    {
        using HttpRequestMessage request = Request(new string(' ', TestRpc.Options.MaxRequestBytes) + Echo);
        request.Headers.TransferEncodingChunked = chunked;
        using HttpResponseMessage response = await _client.SendAsync(request, _deadline.Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(
            """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"request body is over the limit of 4096 bytes"}}""",
            await response.Content.ReadAsStringAsync(_deadline.Token));
    }

    [Fact]
    public async Task Refuses_what_a_page_of_any_site_could_send()
    {
        using HttpRequestMessage plain = Request(Echo);
        plain.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        using HttpResponseMessage answerToPlain = await _client.SendAsync(plain, _deadline.Token);
        using HttpRequestMessage rebound = Request(Echo);
        rebound.Headers.Host = "evil.example";
        using HttpResponseMessage answerToRebound = await _client.SendAsync(rebound, _deadline.Token);
        using HttpResponseMessage answerToGet = await _client.GetAsync(_server.Address, _deadline.Token);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answerToPlain.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, answerToRebound.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answerToGet.StatusCode);
    }

    [Theory]
    [InlineData("https://wallet.example", true)]
    [InlineData("https://evil.example", false)]
    public async Task Lets_only_allowed_pages_read(string origin, bool allowed)
    {
        using HttpRequestMessage preflight = new(HttpMethod.Options, _server.Address);
        preflight.Headers.Add("Origin", origin);
        using HttpResponseMessage response = await _client.SendAsync(preflight, _deadline.Token);
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Origin", origin);

        Assert.Equal(allowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        if (allowed) await ConnectAsync(socket);
        else await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(socket));
    }

    [Fact]
    public async Task Serves_websockets_on_the_same_port()
    {
        using ClientWebSocket socket = new();
        await ConnectAsync(socket);

        await SendAsync(socket, Echo);
        Assert.Equal(EchoAnswer, await ReceiveAsync(socket));
        await SendAsync(socket, $"[{Echo}]");
        Assert.Equal($"[{EchoAnswer}]", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Speaks_of_a_subscription_after_its_id_is_known_and_up_to_the_limit()
    {
        using ClientWebSocket socket = new();
        await ConnectAsync(socket);

        foreach (string id in (string[])["one", "two"])
        {
            await SendAsync(socket, $$"""{"jsonrpc":"2.0","id":1,"method":"test_subscribe","params":["{{id}}"]}""");
            Assert.Equal($$"""{"jsonrpc":"2.0","id":1,"result":"{{id}}"}""", await ReceiveAsync(socket));
            Assert.Equal($"\"hello {id}\"", await ReceiveAsync(socket));
        }

        await SendAsync(socket, """{"jsonrpc":"2.0","id":1,"method":"test_subscribe","params":["three"]}""");
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"too many subscriptions"}}""", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task Closes_a_websocket_whose_message_is_too_big()
    {
        using ClientWebSocket socket = new();
        await ConnectAsync(socket);

        await SendAsync(socket, new string(' ', TestRpc.Options.MaxRequestBytes + 1));
        WebSocketReceiveResult end = await socket.ReceiveAsync(new byte[100], _deadline.Token);

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, end.CloseStatus);
    }

    [Fact]
    public async Task Stops_with_open_websockets_at_once()
    {
        RpcServer other = await TestRpc.StartAsync();
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(other.Address) { Scheme = "ws" }.Uri, _deadline.Token);

        await other.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), _deadline.Token);
    }

    [Fact]
    public async Task Says_when_the_port_is_in_use()
    {
        IOException fault = await Assert.ThrowsAsync<IOException>(() => TestRpc.StartAsync(TestRpc.Options with { Port = _server.Address.Port }));

        Assert.Contains("address already in use", fault.Message, StringComparison.Ordinal);
    }

    private HttpRequestMessage Request(string body) => new(HttpMethod.Post, _server.Address)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using HttpRequestMessage request = Request(body);
        return await _client.SendAsync(request, _deadline.Token);
    }

    private Task ConnectAsync(ClientWebSocket socket) =>
        socket.ConnectAsync(new UriBuilder(_server.Address) { Scheme = "ws" }.Uri, _deadline.Token);

    private Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, _deadline.Token);

    private async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[8192];
        WebSocketReceiveResult read = await socket.ReceiveAsync(buffer, _deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, read.Count);
    }
}
