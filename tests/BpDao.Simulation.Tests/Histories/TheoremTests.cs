using BpDao.Simulation.Tests.Oracles;
using BpDao.Simulation.Tests.Worlds;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Simulation.Tests.Histories;

/// <summary>Theorems over twenty thousand short histories on a bad network, with power cuts at any effect and any write, changing benches and, in
/// half of them, a producer whose key runs twice. The oracles look after every step; a seed that fails prints itself
/// (<c>tools/simulate --seed S</c> repeats it).</summary>
public sealed class TheoremTests(RandomHistories histories, ITestOutputHelper output) : IClassFixture<RandomHistories>
{
    private Trials Trials => histories.Trials;

    [Fact]
    public void S1_Agreement_no_two_blocks_of_a_height_are_committed() => Holds(Theorem.S1, Trials.Commits);

    [Fact]
    public void S2_Uniqueness_one_QC1_and_one_commit_certificate_a_round() => Holds(Theorem.S2, Trials.CertificatesCompared);

    [Fact]
    public void S3_Lock_in_after_a_commit_every_later_QC1_and_timeout_certificate_names_its_block() => Holds(Theorem.S3, Trials.TimeoutsChecked);

    [Fact]
    public void S4_Validity_what_breaks_a_rule_has_neither_QC1_nor_commit() => Holds(Theorem.S4, Trials.InvalidProposals);

    [Fact]
    public void S5_Weight_coherence_one_bench_and_one_list_of_leaders_a_height() => Holds(Theorem.S5, Trials.Contexts);

    [Fact]
    public void S6_Prefix_committed_chains_are_prefixes_of_one_another() => Holds(Theorem.S6, Trials.Commits);

    [Fact]
    public void S7_Crash_safety_after_a_power_cut_anywhere_nothing_contradicts_what_was_said() => Holds(Theorem.S7, Trials.PowerCuts);

    [Fact]
    public void A2_No_framing_no_honest_key_signs_what_convicts_it() => Holds(Theorem.A2, Trials.MessagesCompared);

    [Fact]
    public void A3_No_rejection_of_what_an_honest_producer_made_however_late_or_cut_off_it_is() => Holds(Theorem.A3, Trials.FailedRounds);

    [Fact]
    public void A8_Reproposal_leaves_the_block_to_its_first_proposer() => Holds(Theorem.A8, Trials.Reproposals);

    [Fact]
    public void L1_Progress_every_height_commits_once_the_network_is_good()
    {
        output.WriteLine($"figure: {Trials}; {histories.Took.TotalSeconds:0.0} s, {Trials.Histories / histories.Took.TotalSeconds:0} histories and {Trials.Steps / histories.Took.TotalSeconds:0} steps a second");
        Holds(Theorem.L1, Trials.Commits);
    }

    [Fact]
    public void Histories_are_bad_enough_to_prove_something()
    {
        Assert.True(Trials.FailedRounds > Trials.Histories);
        Assert.True(Trials.PowerCuts > Trials.Histories);
        Assert.True(Trials.Rejections > 0);
        // A lost record where another key cheats: the exception that rule 4.6 makes, and no hiding place.
        Assert.True(Trials.Halted <= Trials.Histories / 10_000, $"{Trials.Halted} histories halted");
    }

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        World first = new(WorldPlan.Of(7)), second = new(WorldPlan.Of(7));
        first.Run();
        second.Run();
        Assert.Equal(first.Steps, second.Steps);
        Assert.Equal(first.Nodes.Select(n => n.Chain[^1].Block.Hash), second.Nodes.Select(n => n.Chain[^1].Block.Hash));
    }

    private void Holds(Theorem theorem, long trials)
    {
        Failure? failure = histories.Failures.FirstOrDefault(f => f.Theorem == theorem);
        Assert.True(failure is null, $"seed {failure?.Seed}: {failure?.Fault} ({histories.Failures.Count} of {Trials.Histories} histories failed)");
        Assert.True(trials > Trials.Histories / 10, $"{theorem} was tried only {trials} times");
    }
}
