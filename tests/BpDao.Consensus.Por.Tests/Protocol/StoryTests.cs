using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Slot 1 of four equal voters; slots 0, 1, 2, 3 lead rounds 0, 1, 2, 3. Peers say something, and exactly these messages come back.</summary>
public sealed class StoryTests
{
    private static readonly Bench Four = TestBench.Equal(4);
    private static readonly Block First = TestBench.Block(1, TestBench.GenesisHash, 0, 0);
    private static readonly Block Rival = TestBench.Block(1, TestBench.GenesisHash, 0, 0, variant: 1);

    private static LocalNode Voter(Func<Block, Judgement>? judge = null) => new LocalNode(1, Four, judge: judge).Start();

    // ---- the good case

    [Fact]
    public void A_proposal_becomes_a_block_in_two_votes()
    {
        LocalNode node = Voter();
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Says("Vote1For 0");
        node.ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 0).Says();
        node.ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 2).Says("Vote2 0");
        node.ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 0).SeesNo<Commit>();
        Commit commit = node.ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 3).Sees<Commit>();
        Assert.Equal(First, commit.Block);
        Assert.Equal([0u, 1u, 3u], commit.Certificate.Signers.Slots());
    }

    [Fact]
    public void The_leader_waits_for_the_block_s_time_then_proposes_and_votes()
    {
        LocalNode node = new LocalNode(0, Four).Start();
        Assert.Contains(node.Look(), e => e is AwaitBlockTime { Round: 0 });
        node.BlockTime().Says("Proposal 0", "Vote1For 0");
        Assert.Null(node.Material!.ParentCertificate);
        Assert.Null(node.Material.Justification);
    }

    [Fact]
    public void The_round_s_leader_shows_the_commit_certificate_to_who_missed_votes()
    {
        LocalNode node = new LocalNode(0, Four).Start().BlockTime();
        Hash256 hash = ((Proposal)node.Spoken[0]).Block.Hash;
        node.ReceiveVotes(MessageKind.Vote1For, 0, hash, 1, 2).ReceiveVotes(MessageKind.Vote2, 0, hash, 1).Look();
        node.ReceiveVotes(MessageKind.Vote2, 0, hash, 2).Says("Certificate Vote2 0");
    }

    [Fact]
    public void Votes_may_overtake_the_proposal()
    {
        LocalNode node = Voter();
        node.ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 0, 2, 3);
        Assert.Equal(First.Hash, node.Sees<AskBlock>().BlockHash);
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Says("Vote1For 0", "Vote2 0");
    }

    [Fact]
    public void A_block_that_everybody_committed_is_asked_for_and_taken()
    {
        LocalNode node = Voter();
        node.ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 0, 2, 3);
        Assert.Equal(First.Hash, node.Sees<AskBlock>().BlockHash);
        node.Receive(new BlockMessage(Rival), 2).SeesNo<Commit>(); // not the one that is looked for
        Assert.Equal(First, node.Receive(new BlockMessage(First), 2).Sees<Commit>().Block);
    }

    [Fact]
    public void A_node_without_key_follows_and_says_nothing()
    {
        LocalNode node = new LocalNode(null, Four).Start();
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 0, 1, 2).Says();
        Assert.Equal(First, node.ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 0, 1, 2).Sees<Commit>().Block);
    }

    // ---- V1

    [Fact]
    public void An_invalid_block_gets_a_vote_against_with_its_reason()
    {
        LocalNode node = Voter(_ => Judgement.Invalid);
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0);
        PorEffect[] seen = [.. node.Look()];
        Vote vote = Assert.IsType<Vote>(Assert.Single(seen.OfType<Broadcast>()).Message);
        Assert.Equal((MessageKind.Vote1Against, (byte)7), (vote.Kind, vote.Reason));
        BlockRefused refused = Assert.Single(seen.OfType<BlockRefused>());
        Assert.Equal((1UL, 0U, 0U, First.Hash, (byte)7), (refused.Height, refused.Round, refused.Leader, refused.BlockHash, refused.Reason));
    }

    [Fact]
    public void What_the_judge_cannot_say_gets_silence_and_is_judged_again_when_shown_again()
    {
        Judgement judgement = Judgement.Silent;
        LocalNode node = Voter(_ => judgement);
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Says();
        judgement = Judgement.Valid;
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Says("Vote1For 0");
    }

    [Fact]
    public void A_block_on_another_parent_is_invalid_without_being_executed()
    {
        LocalNode node = Voter(_ => throw new InvalidOperationException("executed"));
        Block stray = TestBench.Block(1, Keccak256.Hash("elsewhere"u8), 0, 0);
        node.Receive(TestBench.Proposal(1, 0, stray, null, 0), 0).Says("Vote1Against 0");
    }

    [Fact]
    public void Of_two_proposals_in_a_round_the_first_is_voted_on_and_the_second_noted()
    {
        LocalNode node = Voter();
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Says("Vote1For 0");
        Contradiction noted = node.Receive(TestBench.Proposal(1, 0, Rival, null, 0), 2).Sees<Contradiction>();
        Assert.Equal(0u, noted.Slot);
        node.Says();
    }

    public static TheoryData<string, Proposal> NoProposals => new()
    {
        { "not the leader's", TestBench.Proposal(1, 0, First, null, 2) },
        { "of another epoch", TestBench.Proposal(1, 0, First, null, 0) with { Epoch = 1 } },
        { "a block of another height", TestBench.Proposal(1, 0, TestBench.Block(2, TestBench.GenesisHash, 0, 0), null, 0) },
        { "first proposed in another round", TestBench.Proposal(1, 0, TestBench.Block(1, TestBench.GenesisHash, 1, 0), null, 0) },
        { "round 1 without a timeout certificate", TestBench.Proposal(1, 1, TestBench.Block(1, TestBench.GenesisHash, 1, 1), null, 1) },
        { "round 0 with one", TestBench.Proposal(1, 0, First, GaveUp(0, 0, 2, 3), 0) },
        { "with the certificate of another round", TestBench.Proposal(1, 2, TestBench.Block(1, TestBench.GenesisHash, 2, 2), GaveUp(0, 0, 2, 3), 2) },
        { "with too few timeouts", TestBench.Proposal(1, 1, TestBench.Block(1, TestBench.GenesisHash, 1, 1), GaveUp(0, 0, 2), 1) },
    };

    [Theory]
    [MemberData(nameof(NoProposals))]
    public void What_is_no_proposal_is_ignored(string why, Proposal proposal)
    {
        Assert.NotEmpty(why);
        new LocalNode(3, Four).Start().Receive(proposal, 0).Says();
    }

    // ---- T, TC, P

    [Fact]
    public void When_the_timer_runs_out_the_round_is_given_up_once()
    {
        LocalNode node = Voter();
        node.Look();
        node.Expire().Says("Timeout 0");
        node.Expire().Says();
    }

    [Fact]
    public void After_a_timeout_there_is_no_first_vote_in_that_round()
    {
        LocalNode node = Voter().Expire();
        node.Look();
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Says();
    }

    [Fact]
    public void After_a_timeout_there_is_no_second_vote_in_that_round_and_the_QC1_is_claimed_in_the_next()
    {
        LocalNode node = Voter();
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Expire().Look();
        node.ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 0, 2, 3).Says();
        // The others gave up before they saw the QC1. The leader of round 1 is free, and may show a new block.
        node.ReceiveTimeouts(0, null, 0, 2);
        Assert.Equal(1u, node.Round);
        node.Look();
        node.Expire().Says("Timeout 1 claims 0");
    }

    [Fact]
    public void A_quorum_of_timeouts_begins_the_next_round_whose_leader_shows_a_new_block_with_the_certificate()
    {
        LocalNode node = Voter().Expire();
        node.ReceiveTimeouts(0, null, 2, 3);
        Assert.Equal(1u, node.Round);
        node.Look();
        node.BlockTime().Says("Proposal 1", "Vote1For 1");
        Assert.Equal(0u, node.Material!.Justification!.Round);
    }

    [Fact]
    public void A_claimed_QC1_is_proposed_again_block_and_all()
    {
        LocalNode node = Voter();
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Expire();
        BlockCertificate qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, First.Hash, 0, 2, 3);
        node.ReceiveTimeouts(0, null, 2);
        node.Look();
        node.ReceiveTimeouts(0, qc, 3);
        Proposal again = node.Look().OfType<Broadcast>().Select(b => b.Message).OfType<Proposal>().Single();
        Assert.Equal((1u, First.Hash), (again.Round, again.Block.Hash));
        Assert.Equal(First.Hash, again.Justification!.HighBlockHash);
    }

    [Fact]
    public void A_leader_that_does_not_hold_the_block_it_must_show_asks_for_it()
    {
        LocalNode node = Voter();
        BlockCertificate qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, First.Hash, 0, 2, 3);
        node.ReceiveTimeouts(0, qc, 0, 2, 3);
        Assert.Contains(node.Look(), e => e is AskBlock a && a.BlockHash == First.Hash);
        node.Receive(new BlockMessage(First), 2);
        Assert.Contains(node.Look(), e => e is Broadcast { Message: Proposal { Round: 1 } });
    }

    [Fact]
    public void A_proposal_that_ignores_the_QC1_of_its_certificate_is_ignored()
    {
        LocalNode node = new LocalNode(3, Four).Start();
        BlockCertificate qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, First.Hash, 0, 2, 3);
        TimeoutCertificate tc = TestBench.TimeoutCertificate(1, 0, TestBench.Timeout(1, 0, 0, qc), TestBench.Timeout(1, 0, 1), TestBench.Timeout(1, 0, 2));
        node.Receive(TestBench.Proposal(1, 1, TestBench.Block(1, TestBench.GenesisHash, 1, 1), tc, 1), 1);
        Assert.DoesNotContain(node.Look(), e => e is Broadcast { Message: Vote });
        node.Receive(TestBench.Proposal(1, 1, First, tc, 1), 1);
        Assert.Contains(node.Look(), e => e is Broadcast { Message: Vote { Kind: MessageKind.Vote1For, Round: 1 } });
    }

    [Fact]
    public void A_voter_joins_those_who_gave_up_once_one_of_them_must_be_honest()
    {
        LocalNode node = Voter();
        node.Look();
        node.ReceiveTimeouts(3, null, 0).Says();
        node.ReceiveTimeouts(5, null, 2);
        // The least of their rounds.
        Assert.Contains(node.Spoken, m => m is TimeoutMessage { Round: 3 });
        Assert.Equal(3u, node.Round);
    }

    /// <summary>Those of the later round had the certificate of this one, and lost it with their power; of this round they say no more.</summary>
    [Fact]
    public void A_voter_that_gave_its_round_up_joins_those_who_gave_up_a_later_one()
    {
        LocalNode node = Voter();
        node.Expire();
        node.ReceiveTimeouts(0, null, 0);
        node.Look();
        node.ReceiveTimeouts(1, null, 2, 3);
        Assert.Contains(node.Spoken, m => m is TimeoutMessage { Round: 1 });
    }

    [Fact]
    public void A_voter_that_lost_power_after_a_timeout_still_shows_the_certificate_that_led_into_its_round()
    {
        CrashableSafetyStore store = new();
        LocalNode node = new LocalNode(1, Four, store).Start();
        node.ReceiveTimeouts(0, null, 0, 2, 3);
        Assert.Equal(1u, node.Round);
        node.Expire();
        store.PowerCut();

        LocalNode again = new LocalNode(1, Four, store).Start();
        Assert.Equal(1u, again.Round);
        again.ResendTime();
        Assert.Contains(again.Spoken, m => m is TimeoutCertificateMessage { Certificate.Round: 0 });
    }

    [Fact]
    public void A_claim_without_its_QC1_counts_for_nothing()
    {
        LocalNode node = Voter();
        BlockCertificate qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, First.Hash, 0, 2, 3);
        node.Look();
        foreach (uint slot in (uint[])[0, 2, 3]) node.Receive(TestBench.Timeout(1, 0, slot, qc) with { HighQc = null }, slot);
        Assert.Equal(0u, node.Round);
        node.Receive(new BlockCertificateMessage(qc), 0);
        node.ReceiveTimeouts(0, qc, 0, 2, 3);
        Assert.Equal(1u, node.Round);
    }

    [Fact]
    public void Rounds_that_nobody_proved_are_not_kept()
    {
        LocalNode node = new LocalNode(3, Four).Start();
        node.Look();
        node.ReceiveTimeouts(HeightDoor.RoundWindow + 1, null, 0, 1, 2).ReceiveVotes(MessageKind.Vote1For, 1000, First.Hash, 0, 1, 2).Says();
        Assert.Equal(0u, node.Round);
        // A certificate proves any round.
        uint far = 1000;
        node.Receive(new TimeoutCertificateMessage(0, 1, GaveUp(far, 0, 1, 2)), 0);
        Assert.Equal(far + 1, node.Round);
    }

    // ---- RC

    [Fact]
    public void Enough_weight_against_ends_the_round_at_once_and_the_rejection_is_carried()
    {
        LocalNode node = Voter(b => b == First ? Judgement.Invalid : Judgement.Valid);
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Says("Vote1Against 0");
        node.ReceiveVotes(MessageKind.Vote1Against, 0, First.Hash, 2).Says("Timeout 0");
        node.ReceiveVotes(MessageKind.Vote1Against, 0, First.Hash, 3);
        node.ReceiveTimeouts(0, null, 2, 3).BlockTime();
        Rejection rejection = Assert.Single(node.Material!.Rejections);
        Assert.Equal(HeaderCodec.Encode(First.Header), rejection.HeaderRlp.ToArray());
        Assert.Equal([1u, 2u, 3u], rejection.Against.Signers.Slots());
    }

    [Fact]
    public void A_certificate_against_the_own_judgement_stops_the_node_from_signing()
    {
        LocalNode node = Voter(_ => Judgement.Invalid);
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Look();
        Alarm alarm = node.ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 0, 2, 3).Sees<Alarm>();
        Assert.Equal(AlarmKind.Divergence, alarm.Kind);
        node.Expire().ReceiveTimeouts(0, null, 0, 2, 3).Says();
        node.ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 0, 2, 3).SeesNo<Commit>();
    }

    // ---- C and what comes after

    [Fact]
    public void Votes_of_different_rounds_never_mix()
    {
        LocalNode node = Voter();
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 0, 2);
        node.ReceiveVotes(MessageKind.Vote2, 1, First.Hash, 3).SeesNo<Commit>();
    }

    [Fact]
    public void A_second_certificate_for_a_committed_height_stops_the_node()
    {
        LocalNode node = Voter();
        Commit commit = node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 0, 2, 3).Sees<Commit>();
        node.Start(2, First.Hash, new CommittedParent(0, Four, commit.Certificate)).Look();
        BlockCertificate other = TestBench.Certificate(MessageKind.Vote2, 1, 3, Rival.Hash, 0, 2, 3);
        Assert.Equal(AlarmKind.ConflictingCommit, node.Receive(new BlockCertificateMessage(other), 3).Sees<Alarm>().Kind);
        node.Expire().Says();
    }

    [Fact]
    public void Who_is_behind_gets_the_commit_certificate()
    {
        LocalNode node = Committed(out _);
        ServeCertificate serve = node.Receive(TestBench.Timeout(1, 0, 3), 3).Sees<ServeCertificate>();
        Assert.Equal((TestBench.PeerOf(3), 1ul), (serve.Peer, serve.Height));
    }

    [Fact]
    public void Messages_of_the_next_height_wait_for_it()
    {
        LocalNode node = Voter();
        Commit commit = node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 0, 2, 3).Sees<Commit>();
        Block next = TestBench.Block(2, First.Hash, 0, 0);
        node.Receive(TestBench.Proposal(2, 0, next, null, 0), 0).Says();
        node.Start(2, First.Hash, new CommittedParent(0, Four, commit.Certificate)).Says("Vote1For 0");
    }

    [Fact]
    public void The_next_proposer_carries_votes_that_came_after_the_certificate()
    {
        LocalNode node = new LocalNode(0, Four).Start();
        CommittedParent parent = new(0, Four, TestBench.Certificate(MessageKind.Vote2, 1, 0, First.Hash, 0, 1, 2).Certificate);
        node.Start(2, First.Hash, parent);
        node.Receive(TestBench.Vote(MessageKind.Vote2, 1, 0, First.Hash, 3), 3).BlockTime();
        Assert.Equal([0u, 1u, 2u, 3u], node.Material!.ParentCertificate!.Signers.Slots());
        Assert.Empty(node.Material.Late);
    }

    [Fact]
    public void A_vote_that_missed_the_next_block_is_carried_late_once()
    {
        LocalNode node = new LocalNode(0, Four).Start();
        Certificate first = TestBench.Certificate(MessageKind.Vote2, 1, 0, First.Hash, 0, 1, 2).Certificate;
        Block second = TestBench.Block(2, First.Hash, 0, 0);
        node.Start(2, First.Hash, new CommittedParent(0, Four, first));
        HeightContext third = TestBench.Context(3, second.Hash, Four, r => r, new CommittedParent(0, Four, TestBench.Certificate(MessageKind.Vote2, 2, 0, second.Hash, 0, 1, 2).Certificate))
            with { Carried = [new CarriedVotes(1, first.Signers)] };
        node.Do(new HeightStarted(third));
        node.Receive(TestBench.Vote(MessageKind.Vote1For, 1, 0, First.Hash, 3), 3).BlockTime();
        CarriedVote late = Assert.Single(node.Material!.Late);
        Assert.Equal((1ul, MessageKind.Vote1For), (late.Height, late.Kind));
        Assert.Equal([3u], late.Votes.Signers.Slots());
    }

    [Fact]
    public void A_vote_against_the_parent_is_carried_as_such()
    {
        LocalNode node = new LocalNode(0, Four).Start();
        CommittedParent parent = new(0, Four, TestBench.Certificate(MessageKind.Vote2, 1, 0, First.Hash, 0, 1, 2).Certificate);
        node.Start(2, First.Hash, parent);
        node.Receive(TestBench.Vote(MessageKind.Vote1Against, 1, 0, First.Hash, 3), 3).BlockTime();
        CarriedVote against = Assert.Single(node.Material!.Against);
        Assert.Equal((1ul, MessageKind.Vote1Against), (against.Height, against.Kind));
    }

    // ---- stuck, behind, and not alone with the key

    [Fact]
    public void While_stuck_everything_is_said_again()
    {
        LocalNode node = Voter();
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).ReceiveVotes(MessageKind.Vote1For, 0, First.Hash, 0, 2).Expire().Look();
        node.ResendTime().Says("Vote1For 0", "Vote2 0", "Timeout 0 claims 0", "Certificate Vote1For 0");
    }

    [Fact]
    public void A_node_that_is_behind_pulls_block_after_block()
    {
        LocalNode node = Voter();
        node.Look();
        AskCertifiedBlock ask = node.Receive(new StatusMessage(7, First.Hash, 0, null), 3).Sees<AskCertifiedBlock>();
        Assert.Equal((1ul, TestBench.PeerOf(3)), (ask.Height, ask.Hint));
        Certificate certificate = TestBench.Certificate(MessageKind.Vote2, 1, 2, First.Hash, 0, 2, 3).Certificate;
        Assert.Equal(First, node.Receive(new CertifiedBlockMessage(First, certificate), 3).Sees<Commit>().Block);
        Assert.Equal(2ul, node.Start(2, First.Hash, new CommittedParent(0, Four, certificate)).Sees<AskCertifiedBlock>().Height);
    }

    [Fact]
    public void A_block_with_a_certificate_of_too_few_is_not_taken()
    {
        LocalNode node = Voter();
        node.Receive(new CertifiedBlockMessage(First, TestBench.Certificate(MessageKind.Vote2, 1, 0, First.Hash, 0, 2).Certificate), 3).SeesNo<Commit>();
    }

    [Fact]
    public void A_vote_of_the_own_key_that_this_node_did_not_sign_stops_it()
    {
        LocalNode node = Voter();
        Assert.Equal(AlarmKind.KeyInUseElsewhere, node.Receive(TestBench.Vote(MessageKind.Vote1For, 1, 0, Rival.Hash, 1), 3).Sees<Alarm>().Kind);
        node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).Expire().Says();
    }

    private static LocalNode Committed(out Certificate certificate)
    {
        LocalNode node = Voter();
        Commit commit = node.Receive(TestBench.Proposal(1, 0, First, null, 0), 0).ReceiveVotes(MessageKind.Vote2, 0, First.Hash, 0, 2, 3).Sees<Commit>();
        certificate = commit.Certificate;
        node.Start(2, First.Hash, new CommittedParent(0, Four, certificate)).Look();
        return node;
    }

    private static TimeoutCertificate GaveUp(uint round, params uint[] slots) =>
        TestBench.TimeoutCertificate(1, round, [.. slots.Select(s => TestBench.Timeout(1, round, s))]);
}
