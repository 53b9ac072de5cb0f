using System.Text.Json;
using BpDao.Testing;
using Xunit;

namespace BpDao.EndToEnd.Tests;

/// <summary><c>bpdao run</c>: a network of one producer from a prepared directory and a key file.</summary>
public sealed class RunTests
{
    private static readonly string Solo = Repository.PathOf("chainspec", "solo.json");

    [Fact]
    public async Task One_producer_makes_blocks_and_goes_on_after_a_restart()
    {
        using TemporaryDirectory directory = new();
        string account = await PrepareAsync(directory);
        string[] run = ["run", "--datadir", directory["data"], "--account", account, "--password-file", directory["password"], .. BpDaoProcess.OnLoopback, "--http.port"];

        JsonElement third;
        await using (BpDaoProcess node = await StartAsync(run))
        {
            third = await node.WaitForBlockAsync(3);
            Assert.Equal(0, await node.StopAsync());
        }

        await using BpDaoProcess again = await StartAsync(run);
        await again.WaitForBlockAsync(5);
        JsonElement kept = (await again.CallAsync("eth_getBlockByNumber", "0x3", false)).GetProperty("result");
        Assert.Equal(third.GetProperty("hash").GetString(), kept.GetProperty("hash").GetString());
    }

    private static async Task<string> PrepareAsync(TemporaryDirectory directory)
    {
        using JsonDocument chain = JsonDocument.Parse(await File.ReadAllTextAsync(Solo));
        await File.WriteAllTextAsync(
            directory["key"], chain.RootElement.GetProperty("engine").GetProperty("por").GetProperty("publishedProducers")[0].GetString());
        await File.WriteAllTextAsync(directory["password"], "secret\n");
        Assert.Equal(0, (await BpDaoProcess.RunAsync("init", "--datadir", directory["data"], "--chain", Solo)).Code);
        (int code, string output, _) = await BpDaoProcess.RunAsync(
            "account", "import", directory["key"], "--datadir", directory["data"], "--password-file", directory["password"]);
        Assert.Equal(0, code);
        return output.Split(' ')[0];
    }

    private static async Task<BpDaoProcess> StartAsync(string[] arguments)
    {
        int port = BpDaoProcess.FreePort();
        BpDaoProcess node = BpDaoProcess.StartAt(port, [.. arguments, $"{port}"]);
        await node.ReadLineAsync("RPC at");
        return node;
    }
}
