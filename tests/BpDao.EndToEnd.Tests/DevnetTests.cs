using System.Numerics;
using System.Text.Json;
using Xunit;

namespace BpDao.EndToEnd.Tests;

/// <summary><c>bpdao devnet</c> as a person or a script meets it.</summary>
public sealed class DevnetTests
{
    private static readonly string[] Fields =
    [
        "number", "hash", "stateRoot", "timestamp", "producer", "round", "transactions", "gasUsed", "productionTax", "repMinted", "salary", "pool",
    ];

    [Fact]
    public async Task Makes_twenty_blocks_and_ends()
    {
        (int code, string output, _) = await BpDaoProcess.RunAsync("devnet", "--blocks", "20", "--json", "--http.port", "0");

        JsonElement[] blocks = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
        Assert.Equal(0, code);
        Assert.Equal(Enumerable.Range(1, 20), blocks.Select(b => b.GetProperty("number").GetInt32()));
        Assert.All(blocks, b => Assert.Equal(Fields, b.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(JsonValueKind.Null, blocks[0].GetProperty("pool").ValueKind);
        Assert.All(blocks[1..], (b, i) => AssertQuorum(b.GetProperty("pool"), i + 1));
        Assert.True(blocks.Select(b => b.GetProperty("producer").GetString()).Distinct().Count() >= 3);
    }

    [Fact]
    public async Task Supervises_processes_that_agree_and_ends_with_all_of_them()
    {
        using TemporaryDirectory data = new();

        (int code, string output, string errors) = await BpDaoProcess.RunAsync(
            "devnet", "--processes", "2", "--producers", "2", "--blocks", "5", "--json", "--datadir", data.Path, "--port", $"{BpDaoProcess.FreePorts(2)}", "--http.port", "0");

        JsonElement[] blocks = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(Enumerable.Range(1, 5), blocks.Select(b => b.GetProperty("number").GetInt32()));
        Assert.Equal(2, blocks.Select(b => b.GetProperty("producer").GetString()).Distinct().Count());
        // All end when the first node has block 5; the other one may not have its certificate yet.
        Assert.Equal(await ExportAsync("node0"), await ExportAsync("node1"));

        async Task<byte[]> ExportAsync(string node)
        {
            string file = Path.Combine(data.Path, $"{node}.rlp");
            (int exported, _, string why) = await BpDaoProcess.RunAsync("export", file, "--datadir", Path.Combine(data.Path, node), "--from", "1", "--to", "4");
            Assert.True(exported == 0, why);
            return await File.ReadAllBytesAsync(file);
        }
    }

    [Fact]
    public async Task Goes_on_in_the_same_directory()
    {
        using TemporaryDirectory data = new();
        string lastHash;
        await using (BpDaoProcess first = await BpDaoProcess.StartDevnetAsync("--datadir", data.Path))
        {
            await first.ReadBlockAsync();
            lastHash = (await first.ReadBlockAsync()).GetProperty("hash").GetString()!;
            Assert.Equal(0, await first.StopAsync());
        }

        await using BpDaoProcess second = await BpDaoProcess.StartDevnetAsync("--datadir", data.Path);
        JsonElement kept = await second.CallAsync("eth_getBlockByNumber", "0x3", false);

        Assert.Equal(lastHash, kept.GetProperty("result").GetProperty("hash").GetString());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Stops_in_order(string signal)
    {
        await using BpDaoProcess devnet = await BpDaoProcess.StartDevnetAsync();

        Assert.Equal(0, await devnet.StopAsync(signal));
        Assert.Empty(devnet.Errors);
    }

    [Fact]
    public async Task Makes_a_chain_of_its_own_and_keeps_it()
    {
        using TemporaryDirectory data = new();
        string[] one = ["--producers", "1", "--block-time", "1", "--datadir", data.Path];
        await using (BpDaoProcess devnet = await BpDaoProcess.StartDevnetAsync(one))
        {
            JsonElement bench = await devnet.CallAsync("por_bench");
            Assert.Equal(1, bench.GetProperty("result").GetProperty("members").GetArrayLength());
            await devnet.StopAsync();
        }

        (int code, _, string errors) = await BpDaoProcess.RunAsync("devnet", "--producers", "2", "--datadir", data.Path, "--http.port", "0");
        Assert.Equal(2, code);
        Assert.Contains("holds another chain", errors, StringComparison.Ordinal);
        await using BpDaoProcess again = await BpDaoProcess.StartDevnetAsync(one);
    }

    [Fact]
    public async Task Shows_a_person_accounts_keys_and_address()
    {
        int port = BpDaoProcess.FreePort();
        await using BpDaoProcess devnet = BpDaoProcess.Start("devnet", "--http.port", $"{port}");
        List<string> lines = [];
        do lines.Add(await devnet.ReadLineAsync());
        while (!lines[^1].StartsWith("block 1 ", StringComparison.Ordinal));

        Assert.Contains("(0) 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266 (10000 coins)", lines);
        Assert.Contains("(0) 0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", lines);
        Assert.Contains(lines, l => l.Contains($"127.0.0.1:{port}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serves_health_and_metrics_beside_the_rpc()
    {
        await using BpDaoProcess devnet = await BpDaoProcess.StartDevnetAsync();
        using HttpClient client = new();

        string health = await client.GetStringAsync(new Uri(devnet.Address, "/health"));
        string metrics = await client.GetStringAsync(new Uri(devnet.Address, "/metrics"));

        Assert.Contains("\"healthy\":true", health, StringComparison.Ordinal);
        Assert.Contains("bpdao_chain_head", metrics, StringComparison.Ordinal);
        Assert.Matches("""(?m)^bpdao_sync_active\S* 0( |$)""", metrics);
        Assert.Matches("""(?m)^bpdao_sync_highest\S* [1-9]""", metrics);
        Assert.Matches("""(?m)^bpdao_por_stopped\{[^}]*\} 0( |$)""", metrics);
        Assert.Matches("""bpdao_work_begun_total\{[^}]*work="commit"[^}]*\} [1-9]""", metrics);
    }

    private static void AssertQuorum(JsonElement pool, int height)
    {
        Assert.Equal(height, pool.GetProperty("height").GetInt32());
        Assert.Equal("VALID", pool.GetProperty("verdict").GetString());
        Assert.True(Weight(pool, "forWeight") * 3 > Weight(pool, "totalWeight") * 2);
        Assert.Equal(BigInteger.Zero, Weight(pool, "againstWeight"));
    }

    private static BigInteger Weight(JsonElement pool, string name) =>
        BigInteger.Parse(pool.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}
