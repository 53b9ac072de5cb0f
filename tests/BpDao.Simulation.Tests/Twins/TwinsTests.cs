using System.Collections.Concurrent;
using BpDao.Consensus.Por.Protocol;
using BpDao.Simulation.Tests.Worlds;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Simulation.Tests.Twins;

/// <summary>Four keys, one of them on two machines (Twins, arXiv 2004.10617): leaders and cuts of every round are enumerated, not drawn.
/// <c>tools/simulate --twins</c> plays all of four rounds.</summary>
public sealed class TwinsTests(ITestOutputHelper output)
{
    // Primes, so that the samples do not follow the order of the enumeration.
    private const int StrideOfRounds = 499, StrideOfPhases = 41;

    [Fact]
    public void S1_A2_L4_Every_scenario_of_two_rounds_ends_in_one_block_and_convicts_nobody_honest() =>
        Play(TwinsScenario.All(2, changesInside: false), "two rounds");

    [Fact]
    public void S1_A2_L4_Scenarios_of_four_rounds_end_in_one_block_and_convict_nobody_honest() =>
        Play(TwinsScenario.All(4, changesInside: false).Where((_, i) => i % StrideOfRounds == 0), $"four rounds, one in {StrideOfRounds}");

    [Fact]
    public void S1_A2_L4_Cuts_that_change_between_the_votes_of_a_round_end_in_one_block_and_convict_nobody_honest() =>
        Play(TwinsScenario.All(2, changesInside: true).Where((_, i) => i % StrideOfPhases == 0), $"two rounds, a cut a phase, one in {StrideOfPhases}");

    [Fact]
    public void Renaming_leaves_out_nothing()
    {
        // Burnside over twelve renamings: 15 orbits of the 64 (leader, cut), counted by hand.
        Assert.Equal(15, TwinsScenario.All(1, changesInside: false).Count());
        int two = TwinsScenario.All(2, changesInside: false).Count();
        output.WriteLine($"{two} of {64 * 64} scenarios of two rounds");
        Assert.InRange(two, 64 * 64 / 12, 64 * 64 / 4);
    }

    [Theory]
    [InlineData(typeof(BrokenRules.NoReproposal))]
    [InlineData(typeof(BrokenRules.SecondVoteAfterTimeout))]
    [InlineData(typeof(BrokenRules.StaleClaim))]
    public void A_broken_rule_is_caught(Type rules)
    {
        int played = 0;
        foreach (TwinsScenario scenario in TwinsScenario.All(2, changesInside: true).Where((_, i) => i % 11 == 0))
        {
            played++;
            string? fault = new TwinsRun(scenario, (IVotingRules)Activator.CreateInstance(rules)!).Run();
            if (fault is null || fault.Contains("when the network is whole", StringComparison.Ordinal)) continue;
            output.WriteLine($"figure: {rules.Name}: caught by scenario {played} of the twins, {scenario}: {fault}");
            return;
        }

        Assert.Fail($"{played} scenarios without {rules.Name} being noticed");
    }

    private void Play(IEnumerable<TwinsScenario> scenarios, string what)
    {
        ConcurrentBag<string> faults = [];
        long played = 0;
        Parallel.ForEach(scenarios, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, scenario =>
        {
            Interlocked.Increment(ref played);
            if (new TwinsRun(scenario).Run() is { } fault) faults.Add($"{scenario}: {fault}");
        });
        output.WriteLine($"figure: twins, {what}: {played} scenarios");
        Assert.Empty(faults);
        Assert.True(played > 300);
    }
}
