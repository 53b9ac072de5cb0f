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
