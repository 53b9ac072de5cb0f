using BpDao.Consensus.Por.Protocol;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>What can happen to machines and disks. Power cuts at each single write are in CrashTests, PowerLossTests and the random histories.</summary>
public sealed class NodeScenarios
{
    private const long TimerCap = 8000;

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    [InlineData(777)]
    public void S7_Crash_safety_a_network_that_lost_power_goes_on_where_it_was(long moment)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            World world = new(Scenario.Plan() with { Seed = seed, IsKnownToBeNew = true });
            world.StartAll();
            for (int i = 0; i < 5; i++)
            {
                world.RunFor(1000 + moment + (seed * 13));
                ulong before = world.Nodes.Max(n => n.Committed);
                foreach (SimulatedNode node in world.Nodes) node.SwitchOff();
                world.RunFor(500);
                foreach (SimulatedNode node in world.Nodes) node.Start();
                Assert.True(world.Reach(before + 1, 2 * TimerCap), $"seed {seed}: {world.Witness.Fault}");
            }
        }
    }

    [Fact]
    public void One_machine_restarted_again_and_again_votes_again()
    {
        World world = new(Scenario.Plan() with { IsKnownToBeNew = true });
        world.StartAll();
        for (int i = 0; i < 10; i++)
        {
            world.RunFor(1300);
            world.Nodes[1].SwitchOff();
            world.RunFor(2100);
            world.Nodes[1].Start();
        }

        ulong before = world.Nodes[0].Committed;
        Assert.True(world.Reach(before + 8, 60_000), world.Witness.Fault);
        Assert.Contains(world.Nodes[0].Chain.Skip((int)before + 2), c => c.Certificate.Signers.Contains(1));
    }

    [Fact]
    public void S7_Crash_safety_who_lost_the_record_keeps_silent_where_it_may_have_voted_and_votes_again_later()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            World world = new(Scenario.Plan() with { Seed = seed });
            world.StartAll();
            Assert.True(world.Reach(5, 60_000), world.Witness.Fault);
            SimulatedNode node = world.Nodes[2];
            node.SwitchOff();
            node.Store.Erase();
            node.Start();
            Assert.True(world.Reach(node.Committed + 20, 120_000), $"seed {seed}: {world.Witness.Fault}");
            Assert.True(node.Safety!.TakesPart);
            Assert.Contains(world.Nodes[0].Chain.TakeLast(6), c => c.Certificate.Signers.Contains(2));
        }
    }

    /// <summary>Besu #8307: with more than a third wiped the height is stuck by design, but nothing contradicts itself; operators say together
    /// that nothing was signed.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Where_more_than_a_third_lost_their_records_the_height_waits_for_operators(int wiped)
    {
        World world = new(Scenario.Plan());
        world.StartAll();
        Assert.True(world.Reach(5, 60_000), world.Witness.Fault);
        foreach (SimulatedNode node in world.Nodes) node.SwitchOff();
        foreach (SimulatedNode node in world.Nodes.Take(wiped)) node.Store.Erase();
        foreach (SimulatedNode node in world.Nodes) node.Start();
        ulong stuck = world.Nodes.Max(n => n.Committed);
        world.RunFor(120_000);
        Assert.Null(world.Witness.Fault);
        Assert.InRange(world.Nodes.Max(n => n.Committed), stuck, stuck + 1);

        // --por.unsafe-reset: they know that nobody's votes of this height are about another block.
        foreach (SimulatedNode node in world.Nodes) node.SwitchOff();
        foreach (SimulatedNode node in world.Nodes.Take(wiped)) node.Reset();
        foreach (SimulatedNode node in world.Nodes) node.Start();
        Assert.True(world.Reach(stuck + 3, 60_000), world.Witness.Fault);
    }

    [Fact]
    public void A_damaged_record_is_a_lost_one()
    {
        World world = new(Scenario.Plan());
        world.StartAll();
        Assert.True(world.Reach(5, 60_000), world.Witness.Fault);
        SimulatedNode node = world.Nodes[2];
        node.SwitchOff();
        node.Store.IsDamaged = true;
        node.Start();
        Assert.True(world.Reach(node.Committed + 20, 120_000), world.Witness.Fault);
        Assert.True(node.Safety!.TakesPart);
    }

    [Fact]
    public void A_chain_restored_from_an_older_copy_is_followed_in_silence_up_to_where_it_had_voted()
    {
        World world = new(Scenario.Plan() with { LostTailPercent = 100 });
        world.StartAll();
        for (int i = 0; i < 8; i++)
        {
            world.RunFor(1000);
            world.Nodes[1].SwitchOff();
            world.Nodes[1].Start();
        }

        Assert.True(world.Reach(world.Nodes[0].Committed + 5, 60_000), world.Witness.Fault);
        Assert.True(world.Nodes[1].Safety!.TakesPart);
    }

    [Fact]
    public void One_slow_machine_slows_nobody() =>
        Scenario.Holds(Scenario.Plan() with { JudgingTime = (r, i) => i == 0 ? 900 : 1 + r.Next(20) }, blocks: 12, after: w =>
            Assert.True(w.Nodes[1].Chain.Count(c => c.Certificate.Round == 0) >= 9));

    [Fact]
    public void More_than_a_third_of_slow_machines_slow_blocks_and_stop_none() =>
        Scenario.Holds(Scenario.Plan() with { JudgingTime = (r, i) => i < 2 ? 1500 : 1 + r.Next(20) }, blocks: 5);

    /// <summary>A client that finds good blocks invalid: it says so, alone, and stops; the chain goes on.</summary>
    [Fact]
    public void A_divergent_machine_stops_itself_and_nothing_else() =>
        Scenario.Holds(Scenario.With(new Believing((b, honest) => b.Number == 4 ? Judgement.Invalid : honest)), after: w =>
        {
            Assert.Empty(w.Witness.Accountant!.Convicted);
            Assert.Equal(3ul, w.Nodes[3].Committed);
        });

    /// <summary>Two of five find one leader's blocks invalid: neither side is enough, nobody is slashed, the next leader's block is taken.</summary>
    [Fact]
    public void A3_Silence_a_split_over_a_block_rejects_nobody()
    {
        WorldPlan plan = Scenario.Plan(5) with
        {
            Judging = (_, i, b) => i < 2 && b.Number % 5 == 2 && b.Header.ExtraData.Span[5..8].SequenceEqual(new byte[3]) ? Judgement.Invalid : Judgement.Valid,
        };
        Scenario.Holds(plan, blocks: 12, after: w =>
        {
            Assert.Equal(0, w.Witness.Trials.Rejections);
            Assert.Contains(w.Nodes[0].Chain, c => c.Certificate.Round == 1);
            Assert.True(w.Witness.Splits > 0);
        });
    }

    /// <summary>Copies that hear each other: at least one notices, and stops.</summary>
    [Fact]
    public void One_key_on_two_machines_is_noticed_by_them()
    {
        WorldPlan plan = Scenario.Plan() with { Twins = [3], TwinsHear = true, Relays = true };
        Scenario.Holds(plan, after: w => Assert.Contains(w.Nodes.Where(n => n.Slot == 3), n => !n.Safety!.TakesPart));
    }
}
