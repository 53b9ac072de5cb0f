using BpDao.Simulation.Tests.Oracles;
using BpDao.Simulation.Tests.Worlds;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Simulation.Tests.Histories;

/// <summary>Random histories in which one of four shows what it puts together of others' signatures (<see cref="Forging"/>). What an honest node takes
/// from it must be what its signers meant. <c>tools/simulate --schedules N --forging</c> plays more of them.</summary>
public sealed class ForgingTests(ITestOutputHelper output)
{
    private const int Histories = 3000;

    [Fact]
    public void S1_S2_S3_A2_L1_Nothing_that_a_voter_puts_together_of_others_signatures_moves_an_honest_node()
    {
        (Trials trials, IReadOnlyList<Failure> failures) = History.Run(0, Histories, Environment.ProcessorCount, planOf: WorldPlan.OfForger);

        output.WriteLine($"figure: one voter forging: {trials}");
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(5).Select(f => $"seed {f.Seed}: {f.Fault}")));
        Assert.True(trials.Reproposals > Histories / 10);
        Assert.True(trials.TimeoutsChecked > Histories / 10);
    }
}
