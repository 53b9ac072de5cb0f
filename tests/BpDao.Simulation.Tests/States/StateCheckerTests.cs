using Xunit;
using Xunit.Abstractions;

namespace BpDao.Simulation.Tests.States;

/// <summary>The rules of one height, every reachable state of them up to a number of rounds.</summary>
public sealed class StateCheckerTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void S1_A2_Agreement_and_no_framing_hold_in_every_reachable_state(int rounds)
    {
        StateChecker checker = Check(rounds, Mutation.None, long.MaxValue, out bool isComplete);
        Assert.True(isComplete);
        Assert.Null(checker.Fault);
        Assert.True(checker.States > 10);
    }

    [Fact]
    public void S1_A2_Agreement_and_no_framing_hold_in_the_first_states_of_three_rounds()
    {
        StateChecker checker = Check(3, Mutation.None, 300_000, out _);
        Assert.Null(checker.Fault);
    }

    [Theory]
    [InlineData(Mutation.NoReproposal, 2)]
    [InlineData(Mutation.SecondVoteAfterTimeout, 2)]
    [InlineData(Mutation.FirstVoteTwice, 1)]
    [InlineData(Mutation.StaleClaim, 2)]
    public void A_rule_left_out_is_found(Mutation mutation, int rounds)
    {
        StateChecker checker = Check(rounds, mutation, 3_000_000, out _);
        Assert.NotNull(checker.Fault);
    }

    /// <summary>Two blocks need two second votes each, in four different rounds: deeper than all states can be looked at.</summary>
    [Fact]
    public void Second_votes_counted_across_rounds_are_found_by_walking() => Assert.NotNull(Walk(Mutation.MixedRounds, 3_000_000).Fault);

    [Fact]
    public void S1_A2_Agreement_and_no_framing_hold_on_random_walks_through_four_rounds() => Assert.Null(Walk(Mutation.None, 30_000).Fault);

    private static string Rules(Mutation mutation) => mutation == Mutation.None ? "all rules" : $"{mutation}";

    private StateChecker Walk(Mutation mutation, long walks)
    {
        StateChecker checker = new(4, mutation);
        checker.Walk(1, walks);
        output.WriteLine($"figure: {Rules(mutation)}, 4 rounds: {checker.Walks} walks; {checker.Fault ?? "agreement and no framing in every state"}");
        return checker;
    }

    private StateChecker Check(int rounds, Mutation mutation, long most, out bool isComplete)
    {
        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        StateChecker checker = new(rounds, mutation);
        isComplete = checker.Run(most);
        double seconds = clock.GetElapsedTime(began).TotalSeconds;
        output.WriteLine(
            $"{(isComplete && checker.Fault is null && rounds > 1 ? "figure: " : "")}{Rules(mutation)}, {rounds} rounds: {checker.States} states{(isComplete ? "" : " (not all)")}, {checker.Transitions} steps, {checker.States / seconds:0} states a second; "
            + $"{checker.Fault ?? "agreement and no framing in every state"}");
        return checker;
    }
}
