using BpDao.Consensus.Por.Protocol;
using BpDao.Simulation.Tests.Scenarios;
using BpDao.Simulation.Tests.Worlds;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Simulation.Tests.Scale;

/// <summary>What a block costs a node as the bench grows: messages of the real state machine, relaying included.</summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    [Fact]
    public void L5_Bandwidth_messages_handled_a_node_and_block_grow_no_faster_than_N_log_N()
    {
        int[] sizes = [4, 16, 64];
        double[] perBlock = [.. sizes.Select(n => Measure(n, relays: true))];
        double[] direct = [.. sizes.Select(n => Measure(n, relays: false))];
        for (int i = 1; i < sizes.Length; i++)
        {
            double growth = sizes[i] * Math.Log2(sizes[i]) / (sizes[i - 1] * Math.Log2(sizes[i - 1]));
            Assert.True(perBlock[i] <= perBlock[i - 1] * growth, $"{sizes[i - 1]} → {sizes[i]} voters: {perBlock[i - 1]:0} → {perBlock[i]:0} messages, N·log N allows {perBlock[i - 1] * growth:0}");
            // Everybody's two votes to everybody, and a constant.
            Assert.True(direct[i] <= (2 * sizes[i]) + 8, $"{direct[i]:0} messages without relaying");
        }
    }

    private double Measure(int voters, bool relays)
    {
        World world = new(Scenario.Plan(voters) with { IsKnownToBeNew = true, Relays = relays });
        world.StartAll();
        Assert.True(world.Reach(2, 60_000), world.Witness.Fault);
        (long handled, long sent, ulong from) = (world.Nodes.Sum(n => n.Handled), world.Nodes.Sum(n => n.Sent), world.Nodes[0].Committed);
        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        ulong blocks = voters > 16 ? 3ul : 12;
        Assert.True(world.Reach(from + blocks, 60_000), world.Witness.Fault);
        double cost = clock.GetElapsedTime(began).TotalMilliseconds / blocks;
        blocks = world.Nodes[0].Committed - from;
        double each = (world.Nodes.Sum(n => n.Handled) - handled) / (double)(voters * (int)blocks);
        double said = (world.Nodes.Sum(n => n.Sent) - sent) / (double)(voters * (int)blocks);
        output.WriteLine($"{voters} validators{(relays ? ", relaying" : "")}: {each:0.0} messages handled and {said:0.0} sent a node and block; {cost:0.00} ms of this core a block for all, {cost / voters:0.00} ms each");
        return each;
    }
}
