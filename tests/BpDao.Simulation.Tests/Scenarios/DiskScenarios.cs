using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>Disks that take nothing more (Harmony #2435). A write that fails ends the engine; whoever starts the process again finds the record as
/// it was.</summary>
public sealed class DiskScenarios
{
    private static readonly byte[] RecordKey = "por/record"u8.ToArray();

    [Fact]
    public void S7_Crash_safety_a_full_disk_signs_nothing_and_votes_again_when_there_is_space()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            List<string> unwritten = [];
            World world = null!;
            world = new World(Scenario.Plan() with { Seed = seed, IsKnownToBeNew = true, Network = (_, _) => new DirectedNetwork(d => Checked(world, d, unwritten)) });
            SimulatedNode node = world.Nodes[1];
            world.StartAll();
            world.RunFor(2000 + (37 * seed));
            node.Store.IsFull = true;
            int writes = node.Store.Writes;
            ulong before = world.Nodes[0].Committed;
            world.RunFor(20_000);
            Assert.Equal(writes, node.Store.Writes);
            ulong during = world.Nodes[0].Committed;
            Assert.True(during > before + 3, $"seed {seed}: the others stand at {during}");
            // What it had signed before may still count in the heights that were open then.
            Assert.DoesNotContain(world.Nodes[0].Chain.Skip((int)before + 2), c => c.Certificate.Signers.Contains(1));

            node.Store.IsFull = false;
            Assert.True(world.Reach(during + 20, 120_000), $"seed {seed}: {world.Witness.Fault}");
            Assert.Contains(world.Nodes[0].Chain.Skip((int)during), c => c.Certificate.Signers.Contains(1));
            Assert.Empty(unwritten);
        }
    }

    [Fact]
    public void S7_Crash_safety_disks_of_all_fill_up_and_the_network_goes_on_where_it_was()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            World world = new(Scenario.Plan() with { Seed = seed, IsKnownToBeNew = true });
            world.StartAll();
            world.RunFor(1500 + (53 * seed));
            foreach (SimulatedNode node in world.Nodes) node.Store.IsFull = true;
            world.RunFor(1000);
            ulong before = world.Nodes.Max(n => n.Committed);
            world.RunFor(30_000);
            Assert.InRange(world.Nodes.Max(n => n.Committed), before, before + 1);
            foreach (SimulatedNode node in world.Nodes) node.Store.IsFull = false;
            Assert.True(world.Reach(before + 5, 60_000), $"seed {seed}: {world.Witness.Fault}");
        }
    }

    // What leaves the node that signed it stands in its record, or in one that came later.
    private static long? Checked(World world, Delivery d, List<string> unwritten)
    {
        SimulatedNode from = world.Nodes[d.From];
        if (d.Message is Vote or TimeoutMessage or Proposal && SignerOf(d.Message) == from.Slot && !IsWritten(from, (HeightMessage)d.Message))
        {
            unwritten.Add($"{d.Message.GetType().Name} of node {from.Index} at {d.Now} ms");
        }

        return 1 + d.Random.Next(20);
    }

    private static uint? SignerOf(PorMessage message) => message switch
    {
        Vote m => m.Slot,
        TimeoutMessage m => m.Slot,
        Proposal m => Scenario.InTurn(m.Height, m.Round),
        _ => null,
    };

    private static bool IsWritten(SimulatedNode node, HeightMessage message)
    {
        Hash256 owner = Keccak256.Hash([.. TestBench.Domain.Value.Bytes, .. TestBench.KeyOf(node.Slot).Bytes]);
        if (node.Store.Read(RecordKey, out _) is not { } bytes || !SafetyRecord.TryDecode(bytes, owner, out SafetyRecord? record)) return false;
        if (record.Height != message.Height) return record.Height > message.Height;
        return message switch
        {
            Vote { IsFirst: true } m => record.LastVote1Round > m.Round || (record.LastVote1Round == m.Round && record.Vote1!.BlockHash == m.BlockHash),
            Vote m => record.LastVote2Round > m.Round || (record.LastVote2Round == m.Round && record.Vote2!.BlockHash == m.BlockHash),
            TimeoutMessage m => record.TimeoutRound >= m.Round,
            Proposal m => record.LastProposalRound > m.Round || (record.LastProposalRound == m.Round && record.Proposal!.BlockHash == m.Block.Hash),
            _ => false,
        };
    }
}
