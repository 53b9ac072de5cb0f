using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Slot 1 of four listens; slot 0 leads round 0 and somebody cheats. What is found convinces who was not there (protocol rule 7.1).</summary>
public sealed class ContradictionTests
{
    private static readonly Bench Four = TestBench.Equal(4);
    private static readonly EvidenceVerifier Verifier = new(TestBench.Verifier);
    private static readonly Block A = TestBench.Block(1, TestBench.GenesisHash, 0, 0);
    private static readonly Block B = TestBench.Block(1, TestBench.GenesisHash, 0, 0, variant: 1);
    private static readonly BlockCertificate QcOfA = TestBench.Certificate(MessageKind.Vote1For, 1, 0, A.Hash, 0, 2, 3);

    private readonly LocalNode _node = new LocalNode(1, Four).Start();

    [Fact]
    public void E1_two_proposals_in_one_round()
    {
        _node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0).Look();
        _node.Receive(TestBench.Proposal(1, 0, B, null, 0), 2);
        Convicts(EvidenceType.DoubleProposal, 0);
    }

    [Fact]
    public void E1_of_a_round_that_is_over()
    {
        _node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0).ReceiveTimeouts(0, null, 0, 2, 3).Look();
        Assert.Equal(1u, _node.Round);
        _node.Receive(TestBench.Proposal(1, 0, B, null, 0), 2);
        Convicts(EvidenceType.DoubleProposal, 0);
    }

    [Fact]
    public void E1_the_same_block_with_two_justifications()
    {
        Block late = TestBench.Block(1, TestBench.GenesisHash, 2, 2);
        _node.ReceiveTimeouts(0, null, 0, 2, 3).ReceiveTimeouts(1, null, 0, 2, 3).Look();
        _node.Receive(TestBench.Proposal(1, 2, late, GaveUp(1, 0, 2, 3), 2), 2).Look();
        _node.Receive(TestBench.Proposal(1, 2, late, GaveUp(1, 0, 1, 2), 2), 3);
        Convicts(EvidenceType.DoubleProposal, 2);
    }

    [Theory]
    [InlineData(MessageKind.Vote1For)]
    [InlineData(MessageKind.Vote1Against)]
    public void E2_two_first_votes_in_one_round(MessageKind other)
    {
        _node.ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 2).Look();
        _node.Receive(TestBench.Vote(other, 1, 0, other == MessageKind.Vote1For ? B.Hash : A.Hash, 2), 3);
        Convicts(EvidenceType.ContraryVotes, 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void E2_against_a_block_and_then_for_it_whatever_the_rounds(bool againstFirst)
    {
        Vote against = TestBench.Vote(MessageKind.Vote1Against, 1, 0, A.Hash, 2), second = TestBench.Vote(MessageKind.Vote2, 1, 1, A.Hash, 2);
        _node.Receive(againstFirst ? against : second, 2).SeesNo<Contradiction>();
        _node.Receive(againstFirst ? second : against, 2);
        Convicts(EvidenceType.ContraryVotes, 2);
    }

    [Fact]
    public void E3_two_second_votes_in_one_round()
    {
        _node.ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 3).Look();
        _node.ReceiveVotes(MessageKind.Vote2, 0, B.Hash, 3);
        Convicts(EvidenceType.DoubleSecondVote, 3);
    }

    [Theory]
    [InlineData(0u, true)]
    [InlineData(0u, false)]
    [InlineData(3u, true)]
    public void E4_a_second_vote_and_a_timeout_that_hides_it(uint timeoutRound, bool voteFirst)
    {
        Vote vote = TestBench.Vote(MessageKind.Vote2, 1, 0, A.Hash, 3);
        TimeoutMessage timeout = TestBench.Timeout(1, timeoutRound, 3);
        _node.Receive(voteFirst ? vote : timeout, 3).SeesNo<Contradiction>();
        _node.Receive(voteFirst ? timeout : vote, 3);
        Convicts(EvidenceType.HiddenSecondVote, 3);
    }

    [Fact]
    public void E4_is_seen_inside_a_timeout_certificate()
    {
        _node.ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 3).Look();
        _node.Receive(new TimeoutCertificateMessage(0, 1, GaveUp(0, 0, 2, 3)), 2);
        Convicts(EvidenceType.HiddenSecondVote, 3);
    }

    [Fact]
    public void E4_in_a_timeout_that_is_too_old_to_count()
    {
        _node.Receive(TestBench.Timeout(1, 4, 3, QcOfA), 3).ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 3).Look();
        _node.Receive(TestBench.Timeout(1, 1, 3), 2);
        Convicts(EvidenceType.HiddenSecondVote, 3);
    }

    /// <summary>The vote is for the committed block, so it is also one that later blocks may carry.</summary>
    [Fact]
    public void E4_a_second_vote_that_comes_after_the_commit_and_was_hidden_before()
    {
        _node.Receive(TestBench.Timeout(1, 0, 2), 2);
        CommitAWithout2();
        _node.Receive(TestBench.Vote(MessageKind.Vote2, 1, 0, A.Hash, 2), 2);
        Convicts(EvidenceType.HiddenSecondVote, 2);
    }

    [Fact]
    public void E2_a_second_vote_after_the_commit_of_who_was_against_the_block()
    {
        _node.Receive(TestBench.Vote(MessageKind.Vote1Against, 1, 0, A.Hash, 2), 2);
        CommitAWithout2();
        _node.Receive(TestBench.Vote(MessageKind.Vote2, 1, 0, A.Hash, 2), 2);
        Convicts(EvidenceType.ContraryVotes, 2);
    }

    [Fact]
    public void E4_by_the_certificate_that_a_download_committed_with()
    {
        _node.Receive(TestBench.Timeout(1, 0, 2), 2).Look();
        _node.Start(2, A.Hash, new CommittedParent(0, Four, TestBench.Certificate(MessageKind.Vote2, 1, 0, A.Hash, 0, 2, 3).Certificate));
        Convicts(EvidenceType.HiddenSecondVote, 2);
    }

    [Fact]
    public void E5_of_a_round_that_is_over()
    {
        TimeoutCertificate asksForA = TestBench.TimeoutCertificate(1, 1, [.. ((uint[])[0, 1, 3]).Select(s => TestBench.Timeout(1, 1, s, QcOfA))]);
        Block mine = TestBench.Block(1, TestBench.GenesisHash, 2, 2);
        _node.ReceiveTimeouts(2, null, 0, 2, 3).Look();
        Assert.Equal(3u, _node.Round);
        _node.Receive(TestBench.Proposal(1, 2, mine, asksForA, 2), 3);
        Convicts(EvidenceType.IgnoredQc, 2);
    }

    [Fact]
    public void E5_a_proposal_that_ignores_the_QC1_of_its_own_timeout_certificate()
    {
        TimeoutCertificate asksForA = TestBench.TimeoutCertificate(1, 1, [.. ((uint[])[0, 1, 3]).Select(s => TestBench.Timeout(1, 1, s, QcOfA))]);
        Block mine = TestBench.Block(1, TestBench.GenesisHash, 2, 2);
        _node.Receive(TestBench.Proposal(1, 2, mine, asksForA, 2), 2);
        Convicts(EvidenceType.IgnoredQc, 2);
        _node.Receive(TestBench.Proposal(1, 2, mine, asksForA, 2), 3).SeesNo<Contradiction>();
    }

    /// <summary>A leader cannot re-propose what those who gave up had not seen.</summary>
    [Fact]
    public void A_fresh_block_beside_a_QC1_that_nobody_claimed_is_no_E5()
    {
        _node.Receive(new BlockCertificateMessage(QcOfA), 0).Look();
        Block fresh = TestBench.Block(1, TestBench.GenesisHash, 2, 2);
        _node.Receive(TestBench.Proposal(1, 2, fresh, GaveUp(1, 0, 2, 3), 2), 2).SeesNo<Contradiction>();
    }

    [Fact]
    public void E6_two_commit_certificates_convict_who_signed_both_and_stop_the_node()
    {
        _node.Receive(new BlockCertificateMessage(TestBench.Certificate(MessageKind.Vote2, 1, 0, A.Hash, 0, 2, 3)), 0).Look();
        _node.Receive(new BlockCertificateMessage(TestBench.Certificate(MessageKind.Vote2, 1, 0, B.Hash, 1, 2, 3)), 2);
        IReadOnlyList<PorEffect> seen = _node.Look();
        Convicts(seen, EvidenceType.TwoCommits, 2, 3);
        Alarm alarm = Assert.Single(seen.OfType<Alarm>());
        Assert.Equal((AlarmKind.ConflictingCommit, 2), (alarm.Kind, alarm.Certificates.Count));
        _node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0).SeesNo<Commit>();
        _node.ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 0, 2, 3).SeesNo<Commit>();
    }

    [Fact]
    public void E6_of_a_height_that_is_committed_here()
    {
        CommitA();
        _node.Receive(new BlockCertificateMessage(TestBench.Certificate(MessageKind.Vote2, 1, 0, B.Hash, 1, 2, 3)), 2);
        IReadOnlyList<PorEffect> seen = _node.Look();
        Convicts(seen, EvidenceType.TwoCommits, 2, 3);
        Assert.Equal(AlarmKind.ConflictingCommit, Assert.Single(seen.OfType<Alarm>()).Kind);
    }

    /// <summary>Theorem A1 for one pair of schedules: the second block comes in a later round, after a timeout certificate that hides the first.</summary>
    [Fact]
    public void Two_commits_in_different_rounds_convict_more_than_a_third()
    {
        CommitA(); // 0, 2 and 3 signed second votes in round 0
        _node.Receive(new TimeoutCertificateMessage(0, 1, GaveUp(0, 0, 2, 3)), 2);
        EvidenceItem[] found = [.. _node.Look().OfType<Contradiction>().Select(c => c.Evidence)];
        Assert.All(found, i => Assert.Equal(EvidenceType.HiddenSecondVote, i.Type));
        Assert.Equal([0u, 2u, 3u], found.SelectMany(i => i.Offenders).Order());
        Assert.True(Four.IsBlocking((UInt256)(ulong)found.Length));
    }

    [Fact]
    public void A_contradiction_that_comes_after_the_commit_still_convicts()
    {
        CommitA();
        _node.Receive(TestBench.Vote(MessageKind.Vote2, 1, 0, B.Hash, 3), 2);
        Convicts(EvidenceType.DoubleSecondVote, 3);
        _node.Receive(TestBench.Timeout(1, 2, 2), 2);
        Convicts(EvidenceType.HiddenSecondVote, 2);
        _node.Receive(TestBench.Proposal(1, 0, B, null, 0), 2);
        Convicts(EvidenceType.DoubleProposal, 0);
    }

    [Fact]
    public void After_the_late_window_nothing_is_kept_any_more()
    {
        CommitA();
        Hash256 parent = A.Hash;
        for (ulong height = 2; height <= 8; height++)
        {
            Block block = TestBench.Block(height, parent, 0, 0);
            _node.Start(height + 1, block.Hash, new CommittedParent(0, Four, TestBench.Certificate(MessageKind.Vote2, height, 0, block.Hash, 0, 2, 3).Certificate));
            parent = block.Hash;
        }

        _node.Receive(TestBench.Vote(MessageKind.Vote2, 1, 0, B.Hash, 3), 2).SeesNo<Contradiction>();
    }

    [Fact]
    public void Each_voter_is_convicted_once_of_each_kind()
    {
        _node.ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 3).ReceiveVotes(MessageKind.Vote2, 0, B.Hash, 3).Sees<Contradiction>();
        _node.ReceiveVotes(MessageKind.Vote2, 0, B.Hash, 3).ReceiveVotes(MessageKind.Vote2, 1, A.Hash, 3).ReceiveVotes(MessageKind.Vote2, 1, B.Hash, 3)
            .SeesNo<Contradiction>();
    }

    [Fact]
    public void What_an_honest_voter_says_over_several_rounds_is_no_contradiction()
    {
        BlockCertificate qc = QcOfA;
        _node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0)
            .ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 3).ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 3)
            .Receive(TestBench.Timeout(1, 0, 3, qc), 3).ReceiveVotes(MessageKind.Vote1Against, 1, B.Hash, 3).ReceiveVotes(MessageKind.Vote1For, 1, A.Hash, 2)
            .Receive(TestBench.Timeout(1, 1, 3, qc), 3).ReceiveVotes(MessageKind.Vote1For, 2, A.Hash, 3).ReceiveVotes(MessageKind.Vote2, 2, A.Hash, 3)
            .SeesNo<Contradiction>();
    }

    [Fact]
    public void Nobody_is_accused_with_a_signature_that_is_not_his()
    {
        _node.ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 3).Look();
        _node.Receive(TestBench.Vote(MessageKind.Vote2, 1, 0, B.Hash, 2) with { Slot = 3 }, 2);
        IReadOnlyList<PorEffect> seen = _node.Look();
        Assert.Empty(seen.OfType<Contradiction>());
        Assert.Equal(TestBench.PeerOf(2), Assert.Single(seen.OfType<Misbehaviour>()).Peer);
    }

    [Fact]
    public void Evidence_against_the_own_key_is_an_alarm()
    {
        CommitA();
        _node.Receive(TestBench.Vote(MessageKind.Vote1Against, 1, 0, A.Hash, 1), 2);
        IReadOnlyList<PorEffect> seen = _node.Look();
        Convicts(seen, EvidenceType.ContraryVotes, 1);
        Assert.Equal(AlarmKind.KeyInUseElsewhere, Assert.Single(seen.OfType<Alarm>()).Kind);
        Assert.False(_node.Safety!.TakesPart);
    }

    private void CommitA()
    {
        _node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0).ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 0, 2)
            .ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 0, 2, 3).Look();
        _node.Start(2, A.Hash, new CommittedParent(0, Four, TestBench.Certificate(MessageKind.Vote2, 1, 0, A.Hash, 0, 2, 3).Certificate)).Look();
    }

    private void CommitAWithout2()
    {
        _node.Receive(TestBench.Proposal(1, 0, A, null, 0), 0).ReceiveVotes(MessageKind.Vote1For, 0, A.Hash, 0, 3)
            .ReceiveVotes(MessageKind.Vote2, 0, A.Hash, 0, 3).SeesNo<Contradiction>();
        _node.Start(2, A.Hash, new CommittedParent(0, Four, TestBench.Certificate(MessageKind.Vote2, 1, 0, A.Hash, 0, 1, 3).Certificate)).Look();
    }

    private void Convicts(EvidenceType type, params uint[] offenders) => Convicts(_node.Look(), type, offenders);

    private static void Convicts(IReadOnlyList<PorEffect> seen, EvidenceType type, params uint[] offenders)
    {
        EvidenceItem item = Assert.Single(seen.OfType<Contradiction>()).Evidence;
        Assert.Equal(type, item.Type);
        Assert.Equal(offenders, item.Offenders);
        // As somebody else sees it, who has nothing but the bytes and the bench.
        Assert.True(EvidenceCodec.TryDecode(EvidenceCodec.Encode(item), out EvidenceItem? read));
        Assert.Null(Verifier.FaultOf(read, Four));
    }

    private static TimeoutCertificate GaveUp(uint round, params uint[] slots) =>
        TestBench.TimeoutCertificate(1, round, [.. slots.Select(s => TestBench.Timeout(1, round, s))]);
}
