using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>What the key may sign, rule by rule (protocol rule 4.6, docs/consensus.md §4).</summary>
public sealed class SafetyRulesTests
{
    private static readonly Block A = TestBench.Block(1, TestBench.GenesisHash, 0, 0);
    private static readonly Block B = TestBench.Block(1, TestBench.GenesisHash, 0, 0, variant: 1);

    private readonly CrashableSafetyStore _store = new();

    private SafetyRules Rules(IVotingRules? rules = null, ulong height = 1)
    {
        SafetyRules safety = new(_store, TestBench.SignerOf(1), TestBench.Domain, rules ?? VotingRules.Default);
        safety.TakePartFrom(1);
        safety.Begin(height, 0, 1);
        return safety;
    }

    private static BlockCertificate Qc(uint round, Block block) => TestBench.Certificate(MessageKind.Vote1For, 1, round, block.Hash, 0, 2, 3);

    [Fact]
    public void Votes_first_once_in_a_round_and_says_the_same_when_asked_again()
    {
        SafetyRules safety = Rules();
        Vote? vote = safety.VoteFirst(0, A, true, 0);
        Assert.NotNull(vote);
        Assert.Equal(vote, safety.VoteFirst(0, A, true, 0));
        Assert.Null(safety.VoteFirst(0, B, true, 0));
        Assert.Null(safety.VoteFirst(0, A, false, 0));
        Assert.NotNull(safety.VoteFirst(1, B, true, 0));
        Assert.Null(safety.VoteFirst(0, A, true, 0));
    }

    /// <summary>A program that was mended in between must not give its operator away (E2).</summary>
    [Fact]
    public void Who_was_against_a_block_is_never_for_it_not_even_after_a_restart()
    {
        Assert.NotNull(Rules().VoteFirst(0, A, false, 7));
        SafetyRules again = Rules();
        Assert.NotNull(again.VoteFirst(1, A, true, 0));
        Assert.Null(Rules().VoteSecond(Qc(1, A), A));
        Assert.NotNull(Rules().VoteSecond(Qc(2, B), B));
        SafetyRules next = Rules(height: 2);
        Assert.Empty(next.Record.Rejected);
    }

    [Fact]
    public void Who_gave_a_block_a_second_vote_is_never_against_it()
    {
        Assert.NotNull(Rules().VoteSecond(Qc(0, A), A));
        Assert.NotNull(Rules().VoteSecond(Qc(1, B), B));
        Assert.Null(Rules().VoteFirst(2, A, false, 7));
        Assert.NotNull(Rules().VoteFirst(2, A, true, 0));
    }

    [Fact]
    public void A_record_of_the_second_version_is_still_read()
    {
        Rules().VoteFirst(0, A, true, 0);
        Hash256 owner = Keccak256.Hash([.. TestBench.Domain.Value.Bytes, .. TestBench.KeyOf(1).Bytes]);
        byte[] third = Rules().Record.Encode(owner);
        // Without the empty list at the end; the outer list's length and the version stand in the bytes before it.
        Assert.True(new RlpReader(third).TryReadList(out RlpReader content));
        RlpWriter w = new();
        w.StartList().Write(2ul);
        Assert.True(content.TryReadUInt64(out _));
        List<byte[]> items = [];
        while (!content.AtEnd && content.TryReadRaw(out ReadOnlySpan<byte> item)) items.Add(item.ToArray());
        Assert.Equal([0xc0], items[^1]);
        foreach (byte[] item in items.SkipLast(1)) w.WriteRaw(item);

        Assert.True(SafetyRecord.TryDecode(w.EndList().ToArray(), owner, out SafetyRecord? read));

        Assert.Null(read.LastTimeoutCertificate);
        Assert.Equal(third, read.Encode(owner));
    }

    [Fact]
    public void A_record_of_the_first_version_is_still_read()
    {
        Rules().VoteFirst(0, A, true, 0);
        Hash256 owner = Keccak256.Hash([.. TestBench.Domain.Value.Bytes, .. TestBench.KeyOf(1).Bytes]);
        SafetyRecord record = Rules().Record;
        RlpWriter w = new();
        w.StartList().Write(1ul).Write(owner).Write(record.Height).Write((ulong)record.CurrentRound).StartList().EndList()
            .WriteRaw(MessageCodec.Encode(record.Vote1!)).StartList().EndList().StartList().EndList().StartList().EndList().StartList().EndList().EndList();
        Assert.True(SafetyRecord.TryDecode(w.ToArray(), owner, out SafetyRecord? read));
        Assert.Equal(MessageCodec.Encode(record.Vote1!), MessageCodec.Encode(read.Vote1!));
    }

    [Fact]
    public void Votes_second_in_rising_rounds_only()
    {
        SafetyRules safety = Rules();
        Assert.NotNull(safety.VoteSecond(Qc(2, A), A));
        Assert.NotNull(safety.VoteSecond(Qc(2, A), A));
        Assert.Null(safety.VoteSecond(Qc(1, A), A));
        // Two certificates of one round exist only when more than a third cheats; even then this key cannot be framed (E3).
        Assert.Null(safety.VoteSecond(Qc(2, B), B));
        Assert.NotNull(safety.VoteSecond(Qc(3, A), A));
    }

    /// <summary>The negative control: without rising rounds two second votes of one round are possible.</summary>
    [Fact]
    public void Without_rising_rounds_an_honest_voter_can_be_framed()
    {
        SafetyRules safety = Rules(new NotRising());
        Vote first = safety.VoteSecond(Qc(2, A), A)!;
        Vote second = safety.VoteSecond(Qc(2, B), B)!;
        Assert.Equal("E3", Support.Evidence.Between(first, second));
    }

    [Fact]
    public void Gives_a_round_up_once_and_claims_the_highest_QC1()
    {
        SafetyRules safety = Rules();
        safety.Observe(Qc(1, A), A);
        TimeoutMessage timeout = safety.GiveUp(3)!;
        Assert.Equal((2u, A.Hash), (timeout.HqcRoundPlusOne, timeout.HqcBlockHash));
        safety.Observe(Qc(3, A), A);
        Assert.Equal(timeout, safety.GiveUp(3));
        Assert.Null(safety.GiveUp(2));
        Assert.Equal(4u, safety.GiveUp(4)!.HqcRoundPlusOne);
    }

    [Fact]
    public void After_giving_a_round_up_votes_neither_first_nor_second_in_it()
    {
        SafetyRules safety = Rules();
        safety.GiveUp(1);
        Assert.Null(safety.VoteFirst(1, A, true, 0));
        Assert.Null(safety.VoteSecond(Qc(1, A), A));
        Assert.NotNull(safety.VoteFirst(2, A, true, 0));
    }

    [Fact]
    public void After_giving_a_round_up_may_still_vote_against_a_block_of_it_once()
    {
        SafetyRules safety = Rules();
        safety.GiveUp(1);
        safety.Enter(2);
        Assert.NotNull(safety.VoteFirst(1, B, false, 0));
        Assert.Null(safety.VoteFirst(1, A, false, 0));
        Assert.Null(safety.VoteFirst(1, A, true, 0));
        Assert.NotNull(safety.VoteFirst(2, A, true, 0));
        Assert.Null(safety.VoteFirst(1, A, false, 0));
    }

    [Fact]
    public void A_QC1_raises_the_round_below_which_nothing_is_signed()
    {
        SafetyRules safety = Rules();
        safety.Observe(Qc(4, A), null);
        Assert.Null(safety.VoteFirst(3, B, true, 0));
        Assert.Null(safety.GiveUp(3));
        Assert.Null(safety.VoteSecond(Qc(3, A), A));
        Assert.NotNull(safety.GiveUp(4));
    }

    [Fact]
    public void Proposes_one_block_a_round_whatever_is_offered_later()
    {
        SafetyRules safety = Rules();
        Proposal first = safety.Propose(0, A, null)!;
        Proposal again = safety.Propose(0, B, null)!;
        Assert.Equal(MessageCodec.Encode(first), MessageCodec.Encode(again));
    }

    [Fact]
    public void Never_proposes_another_block_than_the_certificate_names()
    {
        TimeoutCertificate tc = TestBench.TimeoutCertificate(1, 0, [.. ((uint[])[0, 2, 3]).Select(s => TestBench.Timeout(1, 0, s, Qc(0, A)))]);
        SafetyRules safety = Rules();
        Assert.Null(safety.Propose(1, B, tc));
        Assert.NotNull(safety.Propose(1, A, tc));
    }

    [Fact]
    public void A_new_instance_on_the_same_disk_remembers_everything()
    {
        SafetyRules before = Rules();
        Proposal proposal = before.Propose(0, A, null)!;
        Vote first = before.VoteFirst(0, A, true, 0)!;
        Vote second = before.VoteSecond(Qc(0, A), A)!;
        TimeoutMessage timeout = before.GiveUp(1)!;
        _store.PowerCut();

        SafetyRules after = Rules();
        Assert.Equal(SafetyCondition.Intact, after.Condition);
        Assert.Equal(before.Record.Encode(default), after.Record.Encode(default));
        Assert.Equal(MessageCodec.Encode(proposal), MessageCodec.Encode(after.Recall()!));
        Assert.Equal(MessageCodec.Encode(first), MessageCodec.Encode(after.Record.Vote1!));
        Assert.Equal(MessageCodec.Encode(second), MessageCodec.Encode(after.VoteSecond(Qc(0, A), A)!));
        Assert.Equal(MessageCodec.Encode(timeout), MessageCodec.Encode(after.GiveUp(1)!));
        Assert.Null(after.VoteFirst(1, B, true, 0));
    }

    [Fact]
    public void The_bytes_of_what_it_voted_for_are_on_the_disk_until_the_height_is_over()
    {
        Rules().VoteFirst(0, A, true, 0);
        Assert.Equal(A, Rules().KeptBlock(A.Hash));
        Rules(height: 2).VoteFirst(0, TestBench.Block(2, A.Hash, 0, 0), true, 0);
        Assert.Null(Rules(height: 2).KeptBlock(A.Hash));
    }

    [Fact]
    public void A_vote_against_keeps_no_block()
    {
        Rules().VoteFirst(0, A, false, 0);
        Assert.Null(Rules().KeptBlock(A.Hash));
    }

    [Fact]
    public void Another_key_s_record_says_nothing_about_this_one()
    {
        Rules().VoteFirst(0, A, true, 0);
        Assert.Equal(SafetyCondition.Missing, new SafetyRules(_store, TestBench.SignerOf(2), TestBench.Domain, VotingRules.Default).Condition);
        Assert.Equal(SafetyCondition.Missing, new SafetyRules(_store, TestBench.SignerOf(1), SigningDomain.Of(1, A.Hash), VotingRules.Default).Condition);
    }

    [Fact]
    public void A_damaged_record_signs_nothing()
    {
        Rules().VoteFirst(0, A, true, 0);
        _store.IsDamaged = true;
        SafetyRules safety = new(_store, TestBench.SignerOf(1), TestBench.Domain, VotingRules.Default);
        Assert.Equal(SafetyCondition.Damaged, safety.Condition);
        safety.Begin(1, 0, 1);
        Assert.False(safety.TakesPart);
        Assert.Null(safety.VoteFirst(0, A, true, 0));
    }

    [Fact]
    public void A_chain_that_lost_blocks_is_followed_in_silence_up_to_the_height_that_was_voted_on()
    {
        Rules(height: 5).GiveUp(2);
        SafetyRules safety = Rules(height: 3);
        Assert.Null(safety.VoteFirst(0, A, true, 0));
        safety.Begin(5, 0, 1);
        Assert.Equal(2, safety.Record.TimeoutRound);
        Assert.Null(safety.VoteFirst(2, A, true, 0));
    }

    [Fact]
    public void Outside_of_the_bench_nothing_is_signed()
    {
        SafetyRules safety = Rules();
        safety.Begin(2, 0, null);
        Assert.Null(safety.VoteFirst(0, A, true, 0));
        Assert.Null(safety.GiveUp(0));
        Assert.Null(safety.Propose(0, A, null));
    }

    private sealed class NotRising : IVotingRules
    {
        public Hash256? MustRepropose(TimeoutCertificate? justification) => VotingRules.Default.MustRepropose(justification);

        public bool MayPropose(SafetyRecord record, uint round) => VotingRules.Default.MayPropose(record, round);

        public bool MayVoteFirst(SafetyRecord record, uint round) => VotingRules.Default.MayVoteFirst(record, round);

        public bool MayVoteAgainst(SafetyRecord record, uint round) => VotingRules.Default.MayVoteAgainst(record, round);

        public bool MayVoteSecond(SafetyRecord record, uint round) => round >= record.CurrentRound && round > record.TimeoutRound;

        public bool MayGiveUp(SafetyRecord record, uint round) => VotingRules.Default.MayGiveUp(record, round);

        public BlockCertificate? ClaimOf(SafetyRecord record) => record.HighQc;
    }
}
