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

    /// <summary>Whoever cheats, and however many: an honest key stays clean. (NoFramingTests looks deeper, and breaks the rules that are for this alone.)</summary>
    [Fact]
    public void A2_No_framing_of_the_honest_half_where_the_other_half_cheats()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            World world = HalfCheats(seed);
            Assert.True(world.Witness.Fault is null, $"seed {seed}: {world.Witness.Fault}");
        }
    }

    /// <summary>Honest nodes disagree only where more than a third of the weight can be shown to have cheated.</summary>
    [Fact]
    public void A1_Accountability_where_blocks_of_one_height_differ_more_than_a_third_is_convicted()
    {
        (int forks, int seed) = (0, 0);
        for (; seed < 1000 && forks < 10; seed++)
        {
            World world = HalfCheats(seed);
            if (world.Witness.Forks == 0) continue;
            forks++;
            Assert.True(world.Witness.Accountant!.Convicted.SetEquals([2u, 3u]), $"seed {seed}: convicted {string.Join(", ", world.Witness.Accountant.Convicted)}");
        }

        output.WriteLine($"{forks} of {seed} histories with two blocks at a height, half of the weight cheating: all of it is convicted in each, and nobody else");
        Assert.Equal(10, forks);
    }

    // Two of four keys run twice: copies 4 and 5 are of keys 2 and 3. The honest are apart, a copy of each key is now on the one side, now on the
    // other, and a few messages cross. What both honest nodes were shown by the end is the proof.
    private static World HalfCheats(int seed)
    {
        int Side(int node, long now)
        {
            if (node < 2) return node;
            long turn = now / (500 + (seed % 7 * 900) + (node % 2 * 350));
            return (int)((node / 4) + turn + (seed >> (node % 2))) % 2;
        }

        World world = new(WorldPlan.Of(seed) with
        {
            Twins = [2, 3], Weights = (_, _) => [1, 1, 1, 1], ChaosEnds = 4000, Accounts = true, IsKnownToBeNew = true,
            Network = (_, _) => new DirectedNetwork(d => Side(d.From, d.Now) == Side(d.To, d.Now) || d.Random.Next(40) == 0 ? 1 + d.Random.Next(60) : null),
        });
        world.StartAll();
        world.RunFor(4000);
        world.Heal();
        world.RunFor(1500);
        return world;
    }

    private void IsCaught(string what, Func<WorldPlan, WorldPlan> breaking, int runs)
    {
        (int Runs, string Fault)? caught = History.FirstCaught(breaking, runs);
        Assert.True(caught is not null, $"{what}: {runs} histories, and nobody noticed");
        output.WriteLine($"figure: {what}: caught within {caught.Value.Runs} runs; {caught.Value.Fault}");
    }
}
