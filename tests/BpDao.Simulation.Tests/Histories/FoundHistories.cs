using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Histories;

/// <summary>Histories that long runs of <c>tools/simulate</c> found, and that went wrong before something was mended.</summary>
public sealed class FoundHistories
{
    /// <summary>Voters stood in different rounds for ever: who was ahead had lost the timeout certificate with its power, and who was behind joined nobody.</summary>
    [Theory]
    [InlineData(42034)]
    [InlineData(66089)]
    [InlineData(85572)]
    [InlineData(90011)]
    [InlineData(124238)]
    [InlineData(161772)]
    [InlineData(612344)]
    [InlineData(629904)]
    [InlineData(676430)]
    public void L3_Rounds_voters_apart_meet_after_power_cuts(int seed) => Assert.Null(new World(WorldPlan.Of(seed)).Run());

    /// <summary>One key of four cheats and another has lost its record: no quorum may sign, and the operators are asked (rule 4.6).</summary>
    [Fact]
    public void L1_Progress_a_height_that_too_few_may_sign_is_counted_apart()
    {
        World world = new(WorldPlan.Of(661822));

        Assert.Null(world.Run());

        Assert.Equal(1, world.Witness.Trials.Halted);
        Assert.Contains(world.Honest, n => n.Safety is { TakesPart: false });
    }
}
