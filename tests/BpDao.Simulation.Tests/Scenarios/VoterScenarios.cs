using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>What a voter can do to the others (slot 3 of four). Copies of a key have tests of their own: TwinsTests and the random histories.</summary>
public sealed class VoterScenarios
{
    private static readonly Hash256 Nothing = Keccak256.Hash("no block"u8);

    [Fact]
    public void Two_first_votes_in_a_round_convict_who_gives_them() =>
        Convicts(new Saying((_, to, m) => m is Vote { IsFirst: true } v ? [m, Another(v)] : [m]));

    [Fact]
    public void For_one_half_and_against_for_the_other_convicts_too() =>
        Convicts(new Saying((_, to, m) => m is Vote { Kind: MessageKind.Vote1For } v && to.Index % 2 == 0 ? [Turned(v)] : [m]));

    [Fact]
    public void Two_second_votes_in_a_round_convict_who_gives_them() =>
        Convicts(new Saying((_, _, m) => m is Vote { Kind: MessageKind.Vote2 } v ? [m, Another(v)] : [m]));

    [Fact]
    public void A_second_vote_without_any_QC1_counts_for_nothing_alone() =>
        Scenario.Holds(Scenario.With(new Saying((self, _, m) => m is Vote { Kind: MessageKind.Vote1For } v
            ? [m, TestBench.Vote(MessageKind.Vote2, v.Height, v.Round, v.BlockHash, 3)] : [m])));

    [Fact]
    public void A_second_vote_without_a_first_one_counts_all_the_same() =>
        Scenario.Holds(
            Scenario.With(new Saying((_, _, m) => m is Vote { IsFirst: true } ? [] : [m])),
            after: w => Assert.Contains(w.Nodes[0].Chain, c => c.Certificate.Signers.Contains(3)));

    [Fact]
    public void Timeouts_that_hide_the_QC1_convict_who_signs_them_and_hide_nothing() =>
        Convicts(
            new Saying((_, _, m) => m is TimeoutMessage { HqcRoundPlusOne: > 0 } t ? [TestBench.Timeout(t.Height, t.Round, 3)] : [m]),
            d => d.From < 2 && d.Message is Vote { Kind: MessageKind.Vote2, Round: 0 } ? null : 1 + d.Random.Next(20));

    [Fact]
    public void Votes_after_a_timeout_change_nothing_and_convict_who_hid_them() =>
        Convicts(
            new Saying((self, _, m) => m is Vote { Kind: MessageKind.Vote2 } v ? [m, TestBench.Timeout(v.Height, v.Round, 3), m] : [m]));

    [Fact]
    public void A_vote_against_every_block_rejects_none() =>
        Scenario.Holds(Scenario.With(new Believing((_, _) => Judgement.Invalid)), after: w => Assert.Equal(0, w.Witness.Trials.Rejections));

    [Fact]
    public void S4_Validity_a_leader_s_invalid_blocks_are_not_saved_by_a_friend_s_votes() =>
        Scenario.Holds(Scenario.Plan(7) with
        {
            Cheats = new Dictionary<uint, Behaviour> { [2] = new Spoiling(), [3] = new Believing((_, _) => Judgement.Valid) },
        });

    [Fact]
    public void Who_votes_only_for_its_own_blocks_hurts_itself() =>
        Scenario.Holds(Scenario.With(new Saying((self, _, m) => m is Vote v && Scenario.InTurn(v.Height, v.Round) != 3 ? [] : [m])));

    [Fact]
    public void Who_never_votes_stops_nothing() => Scenario.Holds(Scenario.With(Saying.No<Vote>()));

    [Fact]
    public void Votes_that_come_late_are_carried_by_later_blocks()
    {
        // Slot 3 hears and speaks two blocks late.
        WorldPlan plan = Scenario.Plan() with { Network = (_, _) => new DirectedNetwork(d => d.From == 3 && d.Message is Vote ? 250 : 1 + d.Random.Next(10)) };
        Scenario.Holds(plan, blocks: 14, after: w => Assert.Contains(w.Nodes[0].Chain, c => w.MaterialOf(c.Block)!.Late.Any(l => l.Votes.Signers.Contains(3))));
    }

    public static TheoryData<string> Strangers => ["an epoch before", "an epoch after", "another chain", "huge round", "no member", "another's name", "malleated"];

    [Theory]
    [MemberData(nameof(Strangers))]
    public void Votes_that_are_none_count_for_nothing(string what)
    {
        Saying cheat = new((_, _, m) => m switch
        {
            Vote v => [Strange(what, v), .. Timeouts(what, v)],
            Proposal or BlockMessage => [m],
            _ => [], // its certificates have its true vote
        });
        Scenario.Holds(Scenario.With(cheat), after: w =>
        {
            Assert.DoesNotContain(w.Nodes[0].Chain, c => c.Certificate.Signers.Contains(3));
            Assert.Empty(w.Witness.Accountant!.Convicted.Intersect([0u, 1u, 2u]));
        });
    }

    public static TheoryData<string> BadCertificates => ["longer than the bench", "too few", "another kind", "another block"];

    [Theory]
    [MemberData(nameof(BadCertificates))]
    public void Certificates_that_are_none_commit_nothing(string what)
    {
        Saying cheat = new((_, _, m) => m is Vote { Kind: MessageKind.Vote1For } v ? [m, new BlockCertificateMessage(Bad(what, v))] : [m]);
        Scenario.Holds(Scenario.With(cheat));
    }

    [Fact]
    public void L5_Memory_a_member_s_flood_is_bounded_and_blocks_go_on()
    {
        int said = 0;
        Saying cheat = new((_, _, m) => m is Vote v
            ? [m, .. Enumerable.Range(0, 200).Select(i => TestBench.Vote((MessageKind)(2 + (i % 3)), v.Height + (ulong)(i % 2), (uint)i, Keccak256.Hash([(byte)++said, (byte)i]), 3))]
            : [m]);
        Scenario.Holds(Scenario.With(cheat), seeds: 4, after: w =>
        {
            Assert.True(said > 1000);
            Assert.True(Scenario.LastRound(w) <= 1);
        });
    }

    private static void Convicts(Behaviour cheat, Func<Delivery, long?>? route = null) =>
        Scenario.Holds(route is null ? Scenario.With(cheat) : Scenario.With(cheat) with { Network = (_, _) => new DirectedNetwork(route) }, after: w =>
        {
            Assert.Equal([3u], w.Witness.Accountant!.Convicted);
            Assert.Equal([3u], w.Witness.Accused);
        });

    private static Vote Another(Vote v) => TestBench.Vote(v.Kind, v.Height, v.Round, Nothing, v.Slot, v.Epoch);

    private static Vote Turned(Vote v) => TestBench.Vote(MessageKind.Vote1Against, v.Height, v.Round, v.BlockHash, v.Slot, v.Epoch);

    private static Vote Strange(string what, Vote v) => what switch
    {
        "an epoch before" => TestBench.Vote(v.Kind, v.Height, v.Round, v.BlockHash, 3, ulong.MaxValue),
        "an epoch after" => TestBench.Vote(v.Kind, v.Height, v.Round, v.BlockHash, 3, v.Epoch + 1),
        "another chain" => v with { Signature = FakeScheme.Sign(TestBench.KeyOf(3), SigningDomain.Of(1, Nothing).Vote(v.Kind, v.Epoch, v.Height, v.Round, v.BlockHash)) },
        "huge round" => TestBench.Vote(v.Kind, v.Height, 1_000_000, v.BlockHash, 3),
        "no member" => TestBench.Vote(v.Kind, v.Height, v.Round, v.BlockHash, 9),
        "another's name" => v with { Slot = 1 },
        _ => v with { Signature = (byte[])[.. v.Signature.ToArray()[..64], 1] },
    };

    private static List<PorMessage> Timeouts(string what, Vote v) => what == "huge round" ? [TestBench.Timeout(v.Height, 999_999, 3)] : [];

    private static BlockCertificate Bad(string what, Vote v) => what switch
    {
        "longer than the bench" => TestBench.Certificate(MessageKind.Vote2, v.Height, v.Round, v.BlockHash, 3, 4, 5, 6, 1000),
        "too few" => TestBench.Certificate(MessageKind.Vote2, v.Height, v.Round, v.BlockHash, 3),
        "another kind" => TestBench.Certificate(MessageKind.Vote1For, v.Height, v.Round, Nothing, 0, 1, 2) with { Kind = MessageKind.Vote2 },
        _ => TestBench.Certificate(MessageKind.Vote2, v.Height, v.Round, v.BlockHash, 0, 1, 2) with { BlockHash = Nothing },
    };
}
