using BpDao.Core;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>The engine on the published chains: real contracts, real signatures, several validators in one process.</summary>
public sealed class EngineTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("solo", 20ul)]
    [InlineData("devnet", 20ul)]
    public async Task Every_node_commits_the_same_blocks(string chain, ulong blocks)
    {
        await using EngineNetwork network = new(chain, new OutputLoggers(output));
        network.StartAll();
        for (int i = 0; i < network.Count; i++) await network[i].ReachAsync(blocks, Deadline);
        for (ulong number = 1; number <= blocks; number++)
        {
            Hash256[] hashes = [.. Enumerable.Range(0, network.Count).Select(i => network[i].Chain.Tree.HeaderByNumber(number)!.Hash).Distinct()];
            Assert.Single(hashes);
        }
    }
}
