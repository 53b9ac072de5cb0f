using BpDao.Consensus.Por.Protocol;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>What a network can do. Timers: 1 s, growing by half each round, 8 s at most.</summary>
public sealed class NetworkScenarios
{
    private const long TimerCap = 8000;

    // A resend, a few hops and a judgement.
    private const long Delta = 700;

    [Fact]
    public void L9_Quorum_cut_in_halves_nothing_commits_and_all_goes_on_when_it_heals() =>
        Cut(d => d.From / 2 == d.To / 2, 30_000, during: 0);

    [Fact]
    public void Cut_in_two_thirds_and_one_third_the_larger_part_goes_on_and_the_smaller_one_follows_later()
    {
        World world = new(Scenario.Plan(7) with { Network = (_, _) => new DirectedNetwork(d => d.From < 5 == d.To < 5 ? 5 : null) });
        world.StartAll();
        world.RunFor(30_000);
        Assert.True(world.Nodes[0].Committed > 10);
        Assert.Equal(0ul, world.Nodes[6].Committed);
        world.Heal();
        Assert.True(world.Reach(world.Nodes[0].Committed, 2 * TimerCap), world.Witness.Fault);
    }

    [Fact]
    public void A_third_that_is_cut_off_in_turn_catches_up_each_time() =>
        Scenario.Holds(
            Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => d.Now / 2000 % 4 is var off && (d.From == off || d.To == off) ? null : 1 + d.Random.Next(20)) },
            blocks: 20);

    [Fact]
    public void One_way_links_do_not_stop_four() =>
        Scenario.Holds(
            Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => (d.From, d.To) is (0, 1) or (1, 2) or (3, 0) ? null : 1 + d.Random.Next(20)), Relays = true });

    [Fact]
    public void Messages_lost_repeated_and_out_of_order() =>
        Scenario.Holds(Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => d.Random.Next(10) < 3 ? null : 1 + d.Random.Next(400)) });

    [Fact]
    public void Latency_with_a_heavy_tail() =>
        Scenario.Holds(Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => 10 + (long)(790 * Math.Pow(d.Random.NextDouble(), 4))) }, blocks: 20);

    /// <summary>Second votes of every first round are lost: blocks are committed in later rounds, and stay the same.</summary>
    [Fact]
    public void S3_Lock_in_a_cut_exactly_between_QC1_and_the_second_vote_changes_no_block() =>
        Scenario.Holds(
            Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => d.Message is Vote { Kind: MessageKind.Vote2, Round: 0 } ? null : 1 + d.Random.Next(20)) },
            blocks: 8, after: w => Assert.All(w.Nodes[0].Chain, c => Assert.True(c.Certificate.Round > 0)));

    /// <summary>One voter alone gets the second votes of every first round, and commits by itself.</summary>
    [Fact]
    public void S3_Lock_in_what_one_voter_committed_alone_is_what_all_commit() =>
        Scenario.Holds(
            Scenario.Plan() with
            {
                Network = (_, _) => new DirectedNetwork(d =>
                    d.Message is Vote { Kind: MessageKind.Vote2, Round: 0 } && d.To != 2 ? null
                    : d.From == 2 && d.Message is BlockCertificateMessage or CertifiedBlockMessage && d.Now < 20_000 ? null : 1 + d.Random.Next(20)),
            },
            blocks: 8);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void L7_Epochs_change_whatever_round_their_last_blocks_take(int offset)
    {
        // Round 0 of every height at that place in its epoch of four fails.
        WorldPlan plan = Scenario.Plan(5) with
        {
            EpochLength = 4,
            Weights = (epoch, _) => epoch % 2 == 0 ? [1, 1, 1, 1, 0] : [0, 2, 1, 1, 2],
            Leader = null,
            Network = (_, _) => new DirectedNetwork(d => d.Message is Proposal { Round: 0 } p && p.Height % 4 == (ulong)(offset % 4) ? null : 1 + d.Random.Next(20)),
        };
        Scenario.Holds(plan, blocks: 17, after: w => Assert.True(Scenario.LastRound(w) > 0));
    }

    [Fact]
    public void L7_Epochs_change_while_the_network_is_cut_exactly_there()
    {
        WorldPlan plan = Scenario.Plan(5) with
        {
            EpochLength = 4,
            Weights = (epoch, _) => epoch % 2 == 0 ? [1, 1, 1, 1, 0] : [0, 2, 1, 1, 2],
            Leader = null,
            Network = (_, _) => new DirectedNetwork(d => d.Message is HeightMessage { Height: var h } && h % 4 == 1 && d.Now % 12_000 < 6000 && d.From % 2 != d.To % 2 ? null : 1 + d.Random.Next(20)),
        };
        Scenario.Holds(plan, blocks: 13);
    }

    /// <summary>GoQuorum's timers overflowed after 33 rounds and never met again; Besu's stood apart after 10.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(33)]
    [InlineData(50)]
    public void L4_Recovery_after_many_failed_rounds_within_two_timer_caps(int rounds)
    {
        // Proposals are lost, so that rounds fail and their number grows.
        WorldPlan plan = Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => d.Message is Proposal ? null : 1 + d.Random.Next(20)) };
        World world = new(plan);
        world.StartAll();
        while (world.Nodes[0].Protocol.Round < rounds) world.RunFor(1000);
        world.Heal();
        Assert.True(world.Reach(2, 2 * TimerCap), world.Witness.Fault ?? $"at {world.Nodes[0].Committed} after two caps, round {world.Nodes[0].Protocol.Round}");
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    [InlineData(3_600_000)]
    public void L4_Recovery_after_a_total_outage_of_any_length_within_two_timer_caps(long outage)
    {
        WorldPlan plan = Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => d.Now < 1000 ? 5 : null) };
        World world = new(plan);
        world.StartAll();
        world.RunFor(1000 + outage);
        ulong before = world.Nodes.Max(n => n.Committed);
        world.Heal();
        Assert.True(world.Reach(before + 1, 2 * TimerCap), world.Witness.Fault ?? $"still at {before} after two caps");
    }

    /// <summary>Nodes that stand in different rounds with timers of their own.</summary>
    [Fact]
    public void L3_Rounds_nodes_spread_over_rounds_and_timers_meet_within_a_timer()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            // Three hear each other and fail rounds without blocks; one hears nobody. Timers differ by a fifth.
            WorldPlan plan = Scenario.Plan() with
            {
                Seed = seed,
                TimerSkewPerMille = i => 70 * i,
                Network = (_, _) => new DirectedNetwork(d => d.From == 3 || d.To == 3 || d.Message is Proposal ? null : 1 + d.Random.Next(20)),
            };
            World world = new(plan);
            world.StartAll();
            world.RunFor(20_000 + (seed * 700));
            Assert.NotEqual(world.Nodes[0].Protocol.Round, world.Nodes[3].Protocol.Round);
            world.Heal();
            world.RunFor(TimerCap + (TimerCap * 21 / 100) + Delta);
            Assert.True(world.Nodes.TrueForAll(n => n.Committed > 0), $"seed {seed}: rounds {string.Join(", ", world.Nodes.Select(n => n.Protocol.Round))}");
        }
    }

    [Fact]
    public void L9_Quorum_without_two_thirds_nothing_commits_and_little_is_said()
    {
        World world = new(Scenario.Plan());
        world.StartAll();
        world.RunFor(2000);
        world.Nodes[2].SwitchOff();
        world.Nodes[3].SwitchOff();
        world.RunFor(1000);
        ulong before = world.Nodes[0].Committed;
        long said = world.Nodes[0].Sent;
        world.RunFor(600_000);

        Assert.Equal(before, world.Nodes[0].Committed);
        Assert.Null(world.Witness.Fault);
        // Its own latest words and certificates to three peers twice a second.
        Assert.True(world.Nodes[0].Sent - said < 600 * 2 * 3 * 8, $"{world.Nodes[0].Sent - said} messages in ten minutes");

        world.Nodes[2].Start();
        Assert.True(world.Reach(before + 2, 2 * TimerCap), world.Witness.Fault);
    }

    [Fact]
    public void L6_Alone_a_network_of_one_needs_nobody() =>
        Scenario.Holds(Scenario.Plan(1) with { Network = (_, _) => new DirectedNetwork(_ => null) }, blocks: 30);

    private static void Cut(Func<Delivery, bool> isWhole, long milliseconds, ulong during)
    {
        WorldPlan plan = Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => d.Now < 1000 || isWhole(d) ? 1 + d.Random.Next(20) : null) };
        World world = new(plan);
        world.StartAll();
        world.RunFor(1500);
        ulong before = world.Nodes.Max(n => n.Committed);
        world.RunFor(milliseconds);
        Assert.Equal(before + during, world.Nodes.Max(n => n.Committed));
        world.Heal();
        Assert.True(world.Reach(before + 3, 2 * TimerCap), world.Witness.Fault);
    }
}
