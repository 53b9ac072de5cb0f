using System.Text.Json;
using BpDao.Crypto;
using BpDao.Testing;
using Xunit;

namespace BpDao.EndToEnd.Tests;

/// <summary>Real processes that talk over TCP.</summary>
public sealed class NetworkTests
{
    [Fact]
    public async Task Four_processes_agree_on_ten_blocks_and_a_fifth_that_only_follows_has_them_too()
    {
        using TemporaryDirectory directory = new();
        List<RunningNode> nodes = [];
        try
        {
            foreach (string? account in Producers().Append(null)) nodes.Add(await StartAsync(directory, nodes, account));

            JsonElement[] tenth = await Task.WhenAll(nodes.Select(n => n.Process.WaitForBlockAsync(10)));

            Assert.Single(tenth.Select(b => b.GetProperty("hash").GetString()).Distinct());
            foreach (RunningNode node in nodes)
            {
                await node.Process.WaitForPeersAsync(4);
                Assert.True((await node.Process.CallAsync("net_listening")).GetProperty("result").GetBoolean());
            }

            foreach (RunningNode node in nodes) Assert.Equal(0, await node.Process.StopAsync());
        }
        finally
        {
            foreach (RunningNode node in nodes) await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_operator_connects_and_parts_two_nodes_over_admin()
    {
        using TemporaryDirectory directory = new();
        await using RunningNode a = await RunningNode.StartAsync(directory, "a", "devnet", null, "--http.api", "eth,net,admin");
        await using RunningNode b = await RunningNode.StartAsync(directory, "b", "devnet", null);

        JsonElement self = (await a.Process.CallAsync("admin_nodeInfo")).GetProperty("result");
        Assert.Equal(a.Enode, self.GetProperty("enode").GetString());
        Assert.StartsWith("enr:", self.GetProperty("enr").GetString(), StringComparison.Ordinal);

        Assert.True((await a.Process.CallAsync("admin_addPeer", b.Enode)).GetProperty("result").GetBoolean());
        await a.Process.WaitForPeersAsync(1);
        JsonElement peer = Assert.Single((await a.Process.CallAsync("admin_peers")).GetProperty("result").EnumerateArray().ToArray());
        Assert.Equal(b.Enode.Split('?')[0], peer.GetProperty("enode").GetString()!.Split('?')[0]);
        Assert.Contains("eth/69", peer.GetProperty("caps").EnumerateArray().Select(c => c.GetString()));
        Assert.True(peer.GetProperty("network").GetProperty("static").GetBoolean());

        Assert.True((await a.Process.CallAsync("admin_removePeer", b.Enode)).GetProperty("result").GetBoolean());
        await a.Process.WaitForPeersAsync(0);
        Assert.Equal(-32602, (await a.Process.CallAsync("admin_addPeer", "enode://1")).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(-32601, (await b.Process.CallAsync("admin_nodeInfo")).GetProperty("error").GetProperty("code").GetInt32());
    }

    private static Task<RunningNode> StartAsync(TemporaryDirectory directory, List<RunningNode> others, string? account)
    {
        string[] peers = others.Count == 0 ? [] : ["--static-peers", string.Join(',', others.Select(o => o.Enode))];
        return RunningNode.StartAsync(directory, $"data{others.Count}", "devnet", account, peers);
    }

    private static string[] Producers()
    {
        using JsonDocument chain = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("chainspec", "devnet.json")));
        JsonElement keys = chain.RootElement.GetProperty("engine").GetProperty("por").GetProperty("publishedProducers");
        return [.. keys.EnumerateArray().Select(k => PrivateKey.TryParse(k.GetString(), out PrivateKey? key) ? $"{key.Address}" : throw new FormatException())];
    }
}
