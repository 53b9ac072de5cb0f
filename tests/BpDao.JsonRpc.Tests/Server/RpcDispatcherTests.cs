using Xunit;

namespace BpDao.JsonRpc.Tests;

/// <summary>JSON-RPC 2.0, section by section, with the examples of its §7.</summary>
public sealed class RpcDispatcherTests
{
    private const string Echo = """{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["a"]}""";
    private const string EchoAnswer = """{"jsonrpc":"2.0","id":1,"result":"a"}""";

    [Theory]
    [InlineData("1")]
    [InlineData("\"a\\u0062\"")]
    [InlineData("1.50")]
    [InlineData("18446744073709551616")]
    [InlineData("null")]
    public void Returns_the_id_as_it_came(string id)
    {
        string answer = TestRpc.Dispatcher().Ask($$"""{"jsonrpc":"2.0","id":{{id}},"method":"test_echo","params":["x"]}""");

        Assert.Equal($$"""{"jsonrpc":"2.0","id":{{id}},"result":"x"}""", answer);
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("", -32700)]
    [InlineData("[{\"jsonrpc\":\"2.0\",", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("1", -32600)]
    [InlineData("\"text\"", -32600)]
    [InlineData("""{"id":1,"method":"test_echo"}""", -32600)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"test_echo"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"test_echo"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"test_unknown"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"off_echo"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"test_echo"}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["a","b","c"]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":[1]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":{"text":"a"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"test_bug"}""", -32603)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"test_halfWritten"}""", -32603)]
    public void Names_each_fault_by_its_code(string request, int code)
    {
        using System.Text.Json.JsonDocument answer = System.Text.Json.JsonDocument.Parse(TestRpc.Dispatcher().Ask(request));

        Assert.Equal("2.0", answer.RootElement.GetProperty("jsonrpc").GetString());
        Assert.Equal(code, answer.RootElement.GetProperty("error").GetProperty("code").GetInt32());
        Assert.False(answer.RootElement.TryGetProperty("result", out _));
        Assert.True(answer.RootElement.TryGetProperty("id", out _));
    }

    [Fact]
    public void Carries_revert_data()
    {
        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0x08c379a0"}}""",
            TestRpc.Dispatcher().Ask("""{"jsonrpc":"2.0","id":1,"method":"test_revert"}"""));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"test_echo","params":["a"]}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"test_unknown"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"test_bug"}""")]
    [InlineData("""[{"jsonrpc":"2.0","method":"test_echo","params":["a"]},{"jsonrpc":"2.0","method":"test_bug"}]""")]
    public void Answers_no_notification(string request) => Assert.Empty(TestRpc.Dispatcher().Ask(request));

    [Fact]
    public void Answers_a_batch_item_by_item()
    {
        string answer = TestRpc.Dispatcher().Ask($$"""[{{Echo}},{"jsonrpc":"2.0","method":"test_echo","params":["n"]},1,{{Echo}}]""");

        const string invalid = """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"invalid request"}}""";
        Assert.Equal($"[{EchoAnswer},{invalid},{EchoAnswer}]", answer);
    }

    [Fact]
    public void Refuses_a_batch_over_the_limit()
    {
        string batch = "[" + string.Join(',', Enumerable.Repeat(Echo, TestRpc.Options.MaxBatchItems + 1)) + "]";

        Assert.Equal(
            """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch of 11 calls is over the limit of 10"}}""",
            TestRpc.Dispatcher().Ask(batch));
    }

    [Fact]
    public void Stops_answering_when_the_answers_are_over_the_limit()
    {
        RpcDispatcher dispatcher = TestRpc.Dispatcher(TestRpc.Options with { MaxResponseBytes = 60 });

        string answer = dispatcher.Ask($"[{Echo},{Echo},{Echo}]");

        const string tooLarge = """{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"response too large"}}""";
        Assert.Equal($"[{EchoAnswer},{EchoAnswer},{tooLarge}]", answer);
        string longText = new('x', 100);
        Assert.Equal(tooLarge, dispatcher.Ask(Echo.Replace("\"a\"", $"\"{longText}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Hashes_with_keccak() => Assert.Equal(
        """{"jsonrpc":"2.0","id":1,"result":"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"}""",
        TestRpc.Dispatcher().Ask("""{"jsonrpc":"2.0","id":1,"method":"web3_sha3","params":["0x"]}"""));
}
