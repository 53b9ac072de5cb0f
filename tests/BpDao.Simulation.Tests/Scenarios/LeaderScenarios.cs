using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>What a leader can do to the others (slot 3 of four; each leads in turn).</summary>
public sealed class LeaderScenarios
{
    [Fact]
    public void L2_Rounds_a_silent_leader_costs_one_round() =>
        Scenario.Holds(Scenario.With(Saying.No<Proposal>()), after: w => Assert.Equal(1u, Scenario.LastRound(w)));

    [Fact]
    public void L2_Rounds_consecutive_silent_leaders_cost_a_round_each() =>
        Scenario.Holds(
            Scenario.Plan(7) with { Cheats = new Dictionary<uint, Behaviour> { [3] = Saying.No<Proposal>(), [4] = Saying.No<Proposal>() } }, blocks: 14,
            after: w => Assert.Equal(2u, Scenario.LastRound(w)));

    [Fact]
    public void L1_Latency_with_an_honest_leader_a_height_takes_four_hops_and_an_execution()
    {
        const long delta = 40, execution = 30, building = 5, import = 5;
        WorldPlan plan = Scenario.Plan() with
        {
            Network = (_, _) => new DirectedNetwork(d => 1 + d.Random.Next((int)delta)),
            JudgingTime = (_, _) => execution,
            IsKnownToBeNew = true,
        };
        Scenario.Holds(plan, blocks: 20, after: w =>
        {
            long heights = w.Nodes.Max(n => (long)n.Committed);
            Assert.True(w.Now <= heights * (World.BlockInterval + building + (4 * delta) + execution + import), $"{w.Now} ms for {heights} heights");
            Assert.Equal(0u, Scenario.LastRound(w));
        });
    }

    [Fact]
    public void A_slow_leader_loses_its_turn() =>
        Scenario.Holds(Scenario.With(new Slow(5000)), after: w => Assert.DoesNotContain(w.Nodes[0].Chain, c => Scenario.ProducerOf(c.Block) == 3));

    [Fact]
    public void Two_blocks_shown_to_two_halves_give_one_block_or_none() => Scenario.Holds(Scenario.With(new Equivocating()));

    [Fact]
    public void Two_blocks_shown_to_two_halves_convict_their_leader_where_messages_are_passed_on() =>
        Scenario.Holds(Scenario.With(new Equivocating()) with { Relays = true }, after: w => Assert.Equal([3u], w.Witness.Accused));

    [Fact]
    public void A4_Slash_a_block_that_breaks_a_rule_is_rejected_and_the_next_blocks_carry_its_rejection() =>
        Scenario.Holds(Scenario.With(new Spoiling()), blocks: 12, after: w =>
        {
            List<ulong> carriedAt = [.. w.Nodes[0].Chain.Where(c => w.MaterialOf(c.Block)!.Rejections.Count > 0).Select(c => c.Block.Number)];
            // Slot 3 leads heights 3, 7, 11; what it shows there is carried by the block that takes its place, or the one after.
            Assert.Contains(carriedAt, h => h is 3 or 4);
            Assert.Contains(carriedAt, h => h is 7 or 8);
            Assert.DoesNotContain(w.Nodes[0].Chain, c => Scenario.ProducerOf(c.Block) == 3);
        });

    [Fact]
    public void A_block_withheld_from_half_is_asked_for() =>
        Scenario.Holds(
            Scenario.With(new Saying((_, to, m) => m is Proposal or BlockMessage && to.Index < 1 ? [] : [m])),
            after: w => Assert.Contains(w.Nodes[0].Chain, c => Scenario.ProducerOf(c.Block) == 3));

    [Fact]
    public void A8_Reproposal_a_block_shown_again_stays_its_first_proposer_s() =>
        Scenario.Holds(Scenario.WithReproposals(new Behaviour()), after: w => Assert.True(w.Witness.Trials.Reproposals > 0));

    [Fact]
    public void A_leader_that_shows_another_block_than_it_must_is_ignored() =>
        Scenario.Holds(
            Scenario.WithReproposals(new Saying((self, _, m) =>
                m is Proposal { Justification.HighBlockHash: not null } p ? [TestBench.Proposal(p.Height, p.Round, Equivocating.Other(p.Block), p.Justification, self.Slot)] : [m])),
            after: w => Assert.True(w.Witness.Trials.Reproposals > 0));

    [Fact]
    public void A_leader_that_shows_again_a_block_of_another_height_is_ignored() =>
        Scenario.Holds(Scenario.WithReproposals(new Saying((self, _, m) =>
            m is Proposal { Justification.HighBlockHash: not null } p && self.Chain.Count > 0
                ? [TestBench.Proposal(p.Height, p.Round, self.Chain[0].Block, p.Justification, self.Slot)] : [m])));

    public static TheoryData<string> Forgeries => ["too few", "another height", "another round", "another epoch", "a signer twice", "signers from outside", "nothing signed"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_forged_timeout_certificate_moves_nobody(string how)
    {
        Saying cheat = new((self, _, m) => m is Proposal p && p.Height > 1
            ? [m, TestBench.Proposal(p.Height, 4, self.NewBlock(p.Height, 4), Forge(how, p.Height, 3), self.Slot), new TimeoutCertificateMessage(0, p.Height, Forge(how, p.Height, 5))]
            : [m]);
        Scenario.Holds(Scenario.With(cheat) with { Leader = (h, r) => r == 4 ? 3 : Scenario.InTurn(h, r) }, after: w => Assert.Equal(0u, Scenario.LastRound(w)));
    }

    [Fact]
    public void A7_Censorship_votes_left_out_by_one_proposer_are_carried_by_the_next()
    {
        const ulong blocks = 16, window = 4;
        // Everybody is quick enough to vote.
        WorldPlan plan = Scenario.With(new Censoring(victim: 1)) with { Network = (_, _) => new DirectedNetwork(_ => 10), JudgingTime = (_, _) => 5 };
        Scenario.Holds(plan, blocks, after: w =>
        {
            IReadOnlyList<(Block Block, Certificate Certificate)> chain = w.Nodes[0].Chain;
            for (ulong height = 1; height + 1 + window <= (ulong)chain.Count; height++)
            {
                SlotBitmap carried = w.MaterialOf(chain[(int)height].Block)!.ParentCertificate!.Signers;
                for (ulong later = height + 2; later <= height + 1 + window; later++)
                {
                    foreach (CarriedVote item in w.MaterialOf(chain[(int)later - 1].Block)!.Late.Where(l => l.Height == height)) carried = carried.Union(item.Votes.Signers);
                }

                Assert.True(carried.Contains(1), $"nobody carries the vote of slot 1 about height {height}");
            }
        });
    }

    // Others' signatures are true ones, about something else.
    private static TimeoutCertificate Forge(string how, ulong height, uint round) => how switch
    {
        "too few" => Certified(round, Sign(height, round, 3)),
        "another height" => Certified(round, Sign(height - 1, round, 0, 1, 2)),
        "another round" => Certified(round, Sign(height, round + 1, 0, 1, 2)),
        "another epoch" => Certified(round, Sign(height, round, [0, 1, 2], epoch: 1)),
        "a signer twice" => Certified(round, Sign(height, round, 3), Sign(height, round, 3), Sign(height, round, 3)),
        "signers from outside" => Certified(round, Sign(height, round, 3, 4, 5)),
        _ => Certified(round, Sign(height, round, 0, 1, 2, 3) with { Signatures = new byte[4 * 65] }),
    };

    private static TimeoutCertificate Certified(uint round, params TimeoutGroup[] groups) => new(round, groups, null);

    private static TimeoutGroup Sign(ulong height, uint round, params uint[] slots) => Sign(height, round, slots, epoch: 0);

    private static TimeoutGroup Sign(ulong height, uint round, uint[] slots, ulong epoch) => new(
        0, Hash256.Zero, SlotBitmap.Of(slots), FakeScheme.Instance.Join([.. slots.Select(s => TestBench.Timeout(height, round, s, null, epoch).Signature)]));
}
