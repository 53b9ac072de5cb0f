using System.Net;
using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Testing;
using Xunit;

namespace BpDao.EndToEnd.Tests;

/// <summary>What a wallet gets wrong, each against a running chain: one clear error, and nothing changes.</summary>
public sealed class BadRequestTests(BadRequestTests.Devnet devnet) : IClassFixture<BadRequestTests.Devnet>
{
    private static readonly PrivateKey Rich = KeyOf("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
    private static readonly PrivateKey Spender = KeyOf("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");

    [Theory]
    [InlineData("0xf86c0a8502540be400825208944bbeeb066ed09b7aed07bf39eee0460dfa261520880de0b6b3a7640000801c")]
    [InlineData("0x05c0")]
    [InlineData("0x")]
    [InlineData("0xc0")]
    public Task Malformed_rlp(string encoded) => AssertRefusedAsync(-32602, "malformed", encoded);

    [Fact]
    public Task Another_chains_id() => AssertRefusedAsync(-32000, "chain", Signed(Build.Transaction().From(Rich).WithChainId(1)));

    [Fact]
    public Task A_bad_signature()
    {
        Transaction signed = Build.Transaction().From(Rich).Signed();
        Transaction forged = signed with { Signature = signed.Signature with { R = UInt256.Zero } };
        return AssertRefusedAsync(-32000, "invalid sender", Hex.Encode(TransactionCodec.Encode(forged)));
    }

    [Fact]
    public async Task A_nonce_that_is_too_low()
    {
        string good = Signed(Build.Transaction().From(Spender));
        JsonElement sent = await devnet.Process.CallAsync("eth_sendRawTransaction", good);
        await devnet.WaitForReceiptAsync(sent.GetProperty("result").GetString()!);

        await AssertRefusedAsync(-32000, "nonce too low", Signed(Build.Transaction().From(Spender).WithValue(2)));
    }

    [Fact]
    public Task Insufficient_funds() =>
        AssertRefusedAsync(-32000, "insufficient funds", Signed(Build.Transaction().From(TestKeys.Of("a poor account"))));

    [Fact]
    public Task Gas_below_the_intrinsic_cost() =>
        AssertRefusedAsync(-32000, "intrinsic gas too low", Signed(Build.Transaction().From(Rich).WithGas(20_999)));

    [Fact]
    public Task The_protocols_own_sender() => AssertRefusedAsync(-32000, "", Signed(Build.Transaction().From(TestKeys.System)));

    [Fact]
    public async Task An_oversized_body()
    {
        using HttpResponseMessage response = await devnet.Process.PostAsync(new string(' ', (5 * 1024 * 1024) + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("over the limit", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public Task An_unknown_method() => AssertErrorAsync(-32601, "eth_mine does not exist", "eth_mine");

    [Theory]
    [InlineData("eth_getBalance", "0x12")]
    [InlineData("eth_getBalance", 5)]
    [InlineData("eth_getBlockByNumber", "0x01")]
    [InlineData("eth_getBlockByNumber", "newest")]
    [InlineData("eth_getTransactionByHash", "0x00")]
    [InlineData("eth_call", "text")]
    [InlineData("eth_getLogs", "text")]
    public Task A_wrong_parameter(string method, object parameter) => AssertErrorAsync(-32602, "invalid argument 0", method, parameter);

    private static PrivateKey KeyOf(string hex) => PrivateKey.TryParse(hex, out PrivateKey? key) ? key : throw new FormatException(hex);

    private static string Signed(TransactionBuilder transaction) => Hex.Encode(TransactionCodec.Encode(transaction.Signed()));

    private async Task AssertRefusedAsync(int code, string message, string encoded)
    {
        string before = await PendingAsync();
        await AssertErrorAsync(code, message, "eth_sendRawTransaction", encoded);
        Assert.Equal(before, await PendingAsync());
    }

    private async Task AssertErrorAsync(int code, string message, string method, params object[] parameters)
    {
        JsonElement answer = await devnet.Process.CallAsync(method, parameters);
        JsonElement error = answer.GetProperty("error");
        Assert.False(answer.TryGetProperty("result", out _));
        Assert.Equal(code, error.GetProperty("code").GetInt32());
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Nonces that count what waits in the pool.</summary>
    private async Task<string> PendingAsync()
    {
        List<string> nonces = [];
        foreach (PrivateKey key in (PrivateKey[])[Rich, TestKeys.Of("a poor account")])
        {
            JsonElement answer = await devnet.Process.CallAsync("eth_getTransactionCount", key.Address.ToString(), "pending");
            nonces.Add(answer.GetProperty("result").GetString()!);
        }

        return string.Join(' ', nonces);
    }

    /// <summary>One chain for all of these.</summary>
    public sealed class Devnet : IAsyncLifetime
    {
        internal BpDaoProcess Process { get; private set; } = null!;

        public async Task InitializeAsync() => Process = await BpDaoProcess.StartDevnetAsync();

        public async Task DisposeAsync() => await Process.DisposeAsync();

        /// <summary>Asks after each block.</summary>
        internal async Task WaitForReceiptAsync(string hash)
        {
            while ((await Process.CallAsync("eth_getTransactionReceipt", hash)).GetProperty("result").ValueKind == JsonValueKind.Null)
            {
                await Process.ReadBlockAsync();
            }
        }
    }
}
