using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>Clocks that are wrong, and blocks whose time is. A block more than two seconds ahead of a voter's clock gets silence until its time has
/// come, never a vote against (protocol rule 2.6).</summary>
public sealed class ClockScenarios
{
    private const long Hour = 3_600_000, TimerCap = 8000;

    [Fact]
    public void A3_Silence_clocks_that_differ_by_five_seconds_reject_nothing() =>
        Scenario.Holds(Scenario.Plan() with { ClockError = (i, _) => (i - 1) * 5000 }, after: RejectsNobody);

    [Theory]
    [InlineData(Hour)]
    [InlineData(-Hour)]
    [InlineData(5000)]
    [InlineData(-5000)]
    public void A3_Silence_a_clock_that_jumps_and_is_set_right_costs_its_node_turns_and_nothing_else(long jump)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            World world = new(Scenario.Plan() with { Seed = seed, Accounts = true, ClockError = (i, now) => i == 1 && now is >= 3000 and < 40_000 ? jump : 0 });
            world.StartAll();
            world.RunFor(38_000);
            ulong during = world.Nodes[0].Committed;
            Assert.True(during > 10, $"seed {seed}: {during} blocks in 38 s");
            world.RunFor(4000);
            ulong right = world.Nodes[0].Committed;
            Assert.True(world.Reach(right + 20, 60_000), $"seed {seed}: {world.Witness.Fault}");
            IEnumerable<(Block Block, Certificate Certificate)> later = world.Nodes[0].Chain.Skip((int)right);
            Assert.Contains(later, c => c.Certificate.Signers.Contains(1));
            Assert.Contains(later, c => Scenario.ProducerOf(c.Block) == 1);
            RejectsNobody(world);
        }
    }

    [Fact]
    public void All_clocks_jump_forward_and_blocks_go_on()
    {
        World world = new(Scenario.Plan() with { ClockError = (_, now) => now < 3000 ? 0 : Hour });
        world.StartAll();
        world.RunFor(3000);
        Assert.True(world.Reach(world.Nodes.Max(n => n.Committed) + 10, 2 * TimerCap), world.Witness.Fault);
    }

    /// <summary>Times of blocks ascend: after a jump back the chain waits until the clocks are where it was, and goes on within two timer caps.</summary>
    [Fact]
    public void All_clocks_jump_back_and_blocks_go_on_when_their_time_has_come()
    {
        const long jump = 60_000;
        World world = new(Scenario.Plan() with { ClockError = (_, now) => now < 3000 ? 0 : -jump });
        world.StartAll();
        world.RunFor(3100);
        ulong before = world.Nodes.Max(n => n.Committed);
        world.RunFor(jump / 2);
        Assert.InRange(world.Nodes.Max(n => n.Committed), before, before + 2);
        world.RunFor(jump / 2);
        Assert.True(world.Reach(before + 5, 2 * TimerCap), world.Witness.Fault);
        RejectsNobody(world);
    }

    [Fact]
    public void A3_Silence_a_block_from_the_future_gets_silence_until_its_time_and_never_a_vote_against() =>
        Scenario.Holds(Scenario.With(new Dated(5000)), after: w =>
        {
            RejectsNobody(w);
            Assert.DoesNotContain(w.Nodes[0].Chain, c => Scenario.ProducerOf(c.Block) == 3);
        });

    [Fact]
    public void A_block_a_second_ahead_is_taken() =>
        Scenario.Holds(Scenario.With(new Dated(1000)), after: w => Assert.Contains(w.Nodes[0].Chain, c => Scenario.ProducerOf(c.Block) == 3));

    private static void RejectsNobody(World world)
    {
        Assert.Equal(0, world.Witness.Trials.Rejections);
        Assert.Null(world.Witness.Fault);
    }

    /// <summary>Gives its blocks another time, and finds them good.</summary>
    private sealed class Dated(long milliseconds) : Behaviour
    {
        public override Block Build(SimulatedNode self, Block honest) =>
            new(honest.Header with { Timestamp = (ulong)Math.Max(0, (long)honest.Header.Timestamp + milliseconds) }, honest.Body);

        public override Judgement Judge(Block block, Judgement honest) => Scenario.ProducerOf(block) == 3 ? Judgement.Valid : honest;
    }
}
