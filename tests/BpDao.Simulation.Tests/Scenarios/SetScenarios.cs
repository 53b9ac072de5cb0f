using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>Benches: how many, how heavy, and who comes and goes.</summary>
public sealed class SetScenarios
{
    private const long TimerCap = 8000;

    [Theory]
    [InlineData(1, 10, 4)]
    [InlineData(2, 10, 4)]
    [InlineData(3, 10, 4)]
    [InlineData(4, 10, 4)]
    [InlineData(7, 10, 4)]
    [InlineData(16, 6, 2)]
    [InlineData(64, 2, 1)]
    [InlineData(100, 2, 1)]
    [InlineData(200, 1, 1)]
    public void Any_number_of_voters_makes_blocks(int voters, int blocks, int seeds) =>
        Scenario.Holds(Scenario.Plan(voters) with { IsKnownToBeNew = true }, (ulong)blocks, seeds: seeds);

    [Fact]
    public void An_account_of_34_percent_can_stop_the_chain_and_do_nothing_worse()
    {
        World world = Started([34, 22, 22, 22]);
        world.Nodes[0].SwitchOff();
        world.RunFor(60_000);
        ulong stopped = world.Nodes[1].Committed;
        world.RunFor(60_000);
        Assert.Equal(stopped, world.Nodes[1].Committed);
        world.Nodes[0].Start();
        Assert.True(world.Reach(stopped + 2, 2 * TimerCap), world.Witness.Fault);
    }

    [Fact]
    public void An_account_of_67_percent_goes_on_alone()
    {
        World world = Started([67, 11, 11, 11]);
        foreach (SimulatedNode node in world.Nodes.Skip(1)) node.SwitchOff();
        ulong before = world.Nodes[0].Committed;
        // Of the draws by hash a quarter is its own.
        Assert.True(world.Reach(before + 3, 300_000), world.Witness.Fault);
    }

    [Fact]
    public void Weights_of_a_thousand_to_one() =>
        Scenario.Holds(Scenario.Plan() with { Weights = (_, _) => [1000, 1000, 1000, 1], Leader = null }, blocks: 12);

    [Fact]
    public void S5_Weight_coherence_weights_that_change_every_epoch_by_what_the_chain_says() =>
        Scenario.Holds(
            Scenario.Plan(5) with
            {
                EpochLength = 2, Leader = null, IsKnownToBeNew = true,
                Weights = (epoch, last) => [16, 16, 16, 16, .. epoch < 2 ? (ulong[])[16] : [(ulong)(15 + (last.Bytes[0] % 3))]],
            }, blocks: 24);

    [Fact]
    public void A_bench_whose_members_are_all_replaced_over_some_epochs()
    {
        // A window of four slots moves over eight, one in an epoch.
        WorldPlan plan = Scenario.Plan(8) with
        {
            EpochLength = 3, Leader = null, Relays = true,
            Weights = (epoch, _) => [.. Enumerable.Range(0, 8).Select(slot => (ulong)slot >= Math.Min(epoch / 2, 4) && (ulong)slot < Math.Min(epoch / 2, 4) + 4 ? 1UL : 0UL)],
        };
        Scenario.Holds(plan, blocks: 33, seeds: 6, after: w => Assert.Equal([4u, 5, 6, 7], w.BenchOf(10, default).Members.Select(m => m.Slot)));
    }

    /// <summary>Besu #8425. The second validator has an empty disk until its epoch is near.</summary>
    [Fact]
    public void L8_Joining_one_validator_becomes_two_although_the_second_one_comes_late()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            World world = new(Scenario.Plan(2) with
            {
                Seed = seed, EpochLength = 10, Leader = null,
                Weights = (epoch, _) => epoch < 2 ? [1, 0] : [1, 1],
            });
            world.Nodes[0].Start();
            world.RunFor(800 + (seed * 40));
            world.Nodes[1].Start();
            Assert.True(world.Reach(30, 120_000), $"seed {seed}: {world.Witness.Fault ?? $"{world.Nodes[0].Committed}, {world.Nodes[1].Committed}"}");
            Assert.Contains(world.Nodes[0].Chain, c => c.Certificate.Signers.Contains(1));
        }
    }

    /// <summary>Restarted, and wiped, at the very block from which its vote is needed.</summary>
    [Fact]
    public void L8_Joining_a_restart_at_the_first_height_of_its_bench_does_not_halt_two()
    {
        World world = new(Scenario.Plan(2) with { EpochLength = 10, Leader = null, Weights = (epoch, _) => epoch < 2 ? [1, 0] : [1, 1] });
        world.StartAll();
        while (world.Nodes[1].Committed < 20) world.RunFor(5);
        world.Nodes[1].SwitchOff();
        world.Nodes[1].Start();
        Assert.True(world.Reach(24, 2 * TimerCap), world.Witness.Fault ?? $"{world.Nodes[0].Committed}, {world.Nodes[1].Committed}");
    }

    [Fact]
    public void L8_Joining_a_fifth_with_an_empty_disk_reaches_the_bench_and_votes()
    {
        World world = new(Scenario.Plan(5) with { EpochLength = 8, Leader = null, Weights = (epoch, _) => epoch < 4 ? [1, 1, 1, 1, 0] : [1, 1, 1, 1, 1] });
        foreach (SimulatedNode node in world.Nodes.Take(4)) node.Start();
        world.RunFor(2500);
        world.Nodes[4].Start();
        Assert.True(world.Reach(48, 240_000), world.Witness.Fault);
        Assert.Contains(world.Nodes[0].Chain, c => c.Certificate.Signers.Contains(4));
    }

    [Fact]
    public void L8_Leaving_stalls_nobody_even_when_the_leaver_is_off_at_once()
    {
        World world = new(Scenario.Plan(5) with { EpochLength = 8, Leader = null, Weights = (epoch, _) => epoch < 2 ? [1, 1, 1, 1, 1] : [1, 1, 1, 1, 0] });
        world.StartAll();
        Assert.True(world.Reach(12, 60_000), world.Witness.Fault);
        world.Nodes[4].SwitchOff();
        Assert.True(world.Reach(30, 120_000), world.Witness.Fault);
    }

    [Fact]
    public void Leaving_down_to_one()
    {
        WorldPlan plan = Scenario.Plan() with
        {
            EpochLength = 4, Leader = null,
            Weights = (epoch, _) => epoch switch { < 2 => [1, 1, 1, 1], 2 => [1, 1, 1, 0], 3 => [1, 1, 0, 0], _ => [1, 0, 0, 0] },
        };
        World world = new(plan with { IsKnownToBeNew = true });
        world.StartAll();
        Assert.True(world.Reach(18, 120_000), world.Witness.Fault);
        foreach (SimulatedNode node in world.Nodes.Skip(1)) node.SwitchOff();
        Assert.True(world.Reach(30, 60_000), world.Witness.Fault);
    }

    /// <summary>A third of the weight leaves the bench at once, as by a slash, with its leader's turn still open.</summary>
    [Fact]
    public void Slashed_at_the_boundary_of_an_epoch()
    {
        WorldPlan plan = Scenario.Plan(5) with { EpochLength = 3, Leader = null, Weights = (epoch, _) => epoch % 3 == 2 ? [3, 3, 3, 3, 0] : [3, 3, 3, 3, 5] };
        Scenario.Holds(plan with { IsKnownToBeNew = true }, blocks: 27);
    }

    /// <summary>Half of the weight is gone from one epoch to the next, and with it the nodes.</summary>
    [Fact]
    public void More_than_a_third_slashed_at_once()
    {
        World world = new(Scenario.Plan(6) with { EpochLength = 4, Leader = null, IsKnownToBeNew = true, Weights = (epoch, _) => epoch < 3 ? [2, 2, 2, 2, 2, 2] : [2, 2, 2, 0, 0, 0] });
        world.StartAll();
        Assert.True(world.Reach(12, 60_000), world.Witness.Fault);
        foreach (SimulatedNode node in world.Nodes.Skip(3)) node.SwitchOff();
        Assert.True(world.Reach(24, 60_000), world.Witness.Fault);
    }

    /// <summary>Three of ten slots on one machine, under one operator (Harmony #4794): they fail and cheat together.</summary>
    [Fact]
    public void Several_slots_of_one_operator_fail_and_cheat_together()
    {
        Dictionary<uint, Behaviour> cheats = new() { [1] = new Equivocating(), [4] = new Equivocating(), [8] = Saying.No<Vote>() };
        Scenario.Holds(Scenario.Plan(10) with { Cheats = cheats }, blocks: 12, seeds: 3);
        World world = Started([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        foreach (SimulatedNode node in world.Nodes.Take(3)) node.SwitchOff();
        Assert.True(world.Reach(world.Nodes[9].Committed + 8, 60_000), world.Witness.Fault);
    }

    private static World Started(ulong[] weights)
    {
        World world = new(Scenario.Plan(weights.Length) with { Weights = (_, _) => weights, Leader = null, IsKnownToBeNew = true });
        world.StartAll();
        world.RunFor(3000);
        Assert.True(world.Nodes[0].Committed > 0);
        return world;
    }
}
