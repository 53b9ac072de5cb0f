using BpDao.Consensus.Por.Protocol;
using BpDao.Simulation.Tests.Worlds;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Simulation.Tests.Histories;

/// <summary>Every rule of docs/consensus.md is broken once; the oracles must notice, and soon. Proves that the tests can fail.</summary>
public sealed class NegativeControlTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(typeof(BrokenRules.NoReproposal), 2000)]
    [InlineData(typeof(BrokenRules.SecondVoteAfterTimeout), 200)]
    [InlineData(typeof(BrokenRules.FirstVoteTwice), 2000)]
    [InlineData(typeof(BrokenRules.StaleClaim), 200)]
    public void A_broken_rule_is_caught_within(Type rules, int runs) =>
        IsCaught(rules.Name, plan => plan with { Rules = (IVotingRules)Activator.CreateInstance(rules)! }, runs);

    [Fact]
    public void A_store_that_does_not_sync_is_caught() => IsCaught("A store that does not sync", plan => plan with { StoresSync = false }, 2000);

    /// <summary>Safety does not need that second votes rise from round to round; that nobody is framed does, and only where a third cheats.</summary>
    [Fact]
    public void Second_votes_that_do_not_rise_are_caught_where_half_cheats() =>
        IsCaught("Second votes that do not rise", plan => plan with { Rules = new BrokenRules.SecondVotesDoNotRise(), Twins = [2, 3], Weights = (_, _) => [1, 1, 1, 1] }, 4000);

    /// <summary>The control of the control: with the rule as it is nobody is framed, although half cheats.</summary>
    [Fact]
    public void A2_No_framing_of_the_honest_half_where_the_other_half_cheats()
    {
        for (int seed = 0; seed < 1500; seed++)
        {
            World world = new(WorldPlan.Of(seed) with { Twins = [2, 3], Weights = (_, _) => [1, 1, 1, 1], ChaosEnds = 6000 });
            world.StartAll();
            world.RunFor(8000);
            Assert.True(world.Witness.Fault is null, $"seed {seed}: {world.Witness.Fault}");
        }
    }

    private void IsCaught(string what, Func<WorldPlan, WorldPlan> breaking, int runs)
    {
        (int Runs, string Fault)? caught = History.FirstCaught(breaking, runs);
        Assert.True(caught is not null, $"{what}: {runs} histories, and nobody noticed");
        output.WriteLine($"{what}: caught within {caught.Value.Runs} runs; {caught.Value.Fault}");
    }
}
