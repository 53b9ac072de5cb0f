using Xunit;
using BpDao.Consensus.Por.Protocol;

namespace BpDao.Simulation.Tests;

/// <summary>Thousands of short histories on a bad network with crashes and, in half of them, a producer whose key runs twice. A failing seed
/// prints itself. <c>BPDAO_SIMULATION_HISTORIES</c> asks for more of them.</summary>
public sealed class ConsensusSimulationTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly int Histories =
        int.TryParse(Environment.GetEnvironmentVariable("BPDAO_SIMULATION_HISTORIES"), out int asked) ? asked : 4000;

    [Fact]
    public void Agreement_lock_in_no_contradiction_and_progress_in_every_history()
    {
        (int failedRounds, int rejections, ulong blocks) = (0, 0, 0);
        for (int seed = 0; seed < Histories; seed++)
        {
            World world = new(seed);
            string? fault = world.Run();
            Assert.True(fault is null, $"seed {seed}: {fault}");
            failedRounds += world.Witness.RoundsFailed;
            rejections += world.Witness.Rejections;
            blocks += world.Nodes.Max(n => n.Committed);
        }

        output.WriteLine($"{Histories} histories, {blocks} blocks, {failedRounds} failed rounds seen, {rejections} payloads with rejections");
        // Histories in which nothing goes wrong prove nothing.
        Assert.True(failedRounds > Histories);
        Assert.True(rejections > 0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        World first = new(7), second = new(7);
        first.Run();
        second.Run();
        Assert.Equal(first.Nodes.Select(n => n.Chain[^1].Block.Hash), second.Nodes.Select(n => n.Chain[^1].Block.Hash));
    }

    [Theory]
    [InlineData(typeof(BrokenRules.NoReproposal))]
    [InlineData(typeof(BrokenRules.SecondVoteAfterTimeout))]
    [InlineData(typeof(BrokenRules.FirstVoteTwice))]
    [InlineData(typeof(BrokenRules.StaleClaim))]
    public void A_broken_rule_is_caught(Type rules)
    {
        for (int seed = 0; seed < Histories; seed++)
        {
            if (new World(seed, (IVotingRules)Activator.CreateInstance(rules)!).Run() is not { } fault || !Witness.IsUnsafe(fault)) continue;
            output.WriteLine($"{rules.Name}: seed {seed}, {fault}");
            return;
        }

        Assert.Fail($"{Histories} histories without {rules.Name} being noticed");
    }

    [Fact]
    public void A_store_that_does_not_sync_is_caught()
    {
        for (int seed = 0; seed < Histories; seed++)
        {
            if (new World(seed, storesSync: false).Run() is not { } fault || !Witness.IsUnsafe(fault)) continue;
            output.WriteLine($"seed {seed}, {fault}");
            return;
        }

        Assert.Fail($"{Histories} histories with a store that forgets, and nobody noticed");
    }
}
