using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Memory is bounded whatever members of the bench sign and strangers send (protocol rule 4.8).</summary>
public sealed class FloodTests
{
    private static readonly Bench Four = TestBench.Equal(4);

    private static (HeightMachine Machine, HeightDoor Door) Open()
    {
        HeightContext context = TestBench.Context(1, TestBench.GenesisHash, Four, r => r % 4);
        HeightMachine machine = new(
            context, null, VotingRules.Default, TestBench.Verifier, new RejectionPool(), _ => new ProposalMaterial(null, null, [], [], []), _ => { });
        return (machine, new HeightDoor(context, null, new MessageCheck(context, VotingRules.Default, TestBench.Verifier), machine, _ => { }));
    }

    [Fact]
    public void A_member_that_votes_for_everything_everywhere_has_two_places_a_round_and_phase()
    {
        (HeightMachine machine, HeightDoor door) = Open();
        for (int i = 0; i < 3000; i++)
        {
            Hash256 hash = Keccak256.Hash([(byte)i, (byte)(i >> 8)]);
            door.OnVote(TestBench.Vote((MessageKind)(2 + (i / 300 % 3)), 1, (uint)(i % 300), hash, 2), TestBench.PeerOf(2));
        }

        Assert.Equal(HeightDoor.RoundWindow + 1, (uint)machine.Books.Votes.Rounds.Length);
        foreach (uint round in machine.Books.Votes.Rounds)
        {
            Vote more = TestBench.Vote(MessageKind.Vote1For, 1, round, Keccak256.Hash("more"u8), 2);
            Assert.Equal(Admission.Known, machine.Books.Votes.Admit(more));
        }
    }

    [Fact]
    public void Old_rounds_are_forgotten_but_for_the_highest_QC1_s()
    {
        (HeightMachine machine, HeightDoor door) = Open();
        Block block = TestBench.Block(1, TestBench.GenesisHash, 0, 0);
        door.OnCertificate(TestBench.Certificate(MessageKind.Vote1For, 1, 2, block.Hash, 0, 1, 2), TestBench.PeerOf(0));
        for (uint round = 2; round < 500; round++)
        {
            foreach (uint slot in (uint[])[0, 1, 2])
            {
                door.OnVote(TestBench.Vote(MessageKind.Vote2, 1, round, Keccak256.Hash([(byte)round]), slot), TestBench.PeerOf(slot));
                door.OnTimeout(TestBench.Timeout(1, round, slot), TestBench.PeerOf(slot));
            }
        }

        Assert.Equal(500u, machine.Round);
        Assert.True(machine.Books.Votes.Rounds.Length <= (2 * HeightDoor.RoundWindow) + 2, $"{machine.Books.Votes.Rounds.Length} rounds kept");
        Assert.True(machine.Books.HasQc(2));
    }

    [Fact]
    public void Large_messages_about_the_next_height_fill_a_share_of_bytes_whatever_names_they_come_under()
    {
        FutureMessages future = new();
        byte[] signatures = new byte[200 * 1024];
        for (int peer = 0; peer < 250; peer++)
        {
            for (int i = 0; i < 32; i++)
            {
                BlockCertificate large = new(MessageKind.Vote2, 0, 2, Keccak256.Hash([(byte)i]), new Certificate(0, SlotBitmap.Of([1]), signatures));
                future.Add(new BlockCertificateMessage(large), TestBench.PeerOf((uint)peer));
            }
        }

        // Nobody's vote is crowded out by that.
        future.Add(TestBench.Vote(MessageKind.Vote1For, 2, 0, Hash256.Zero, 3), TestBench.PeerOf(251));

        IReadOnlyList<(HeightMessage Message, PeerId From)> all = future.Take(2);
        Assert.Single(all, k => k.Message is Vote);
        (HeightMessage Message, PeerId From)[] kept = [.. all.Where(k => k.Message is BlockCertificateMessage)];
        Assert.InRange(kept.Length * signatures.Length, FutureMessages.MaxBytes / 2, FutureMessages.MaxBytes);
        Assert.All(kept.GroupBy(k => k.From), g => Assert.True(g.Count() * signatures.Length <= FutureMessages.MaxBytesPerPeer));
    }

    /// <summary>What nobody votes on any more costs its leader's signature and one look at what it stands on, however often it is shown.</summary>
    [Fact]
    public void A_late_proposal_that_proves_nothing_is_looked_at_once()
    {
        CountingScheme scheme = new(FakeScheme.Instance);
        HeightContext context = TestBench.Context(1, TestBench.GenesisHash, Four, r => r % 4);
        CertificateVerifier verifier = new(TestBench.Domain, scheme);
        HeightMachine machine = new(
            context, null, VotingRules.Default, verifier, new RejectionPool(), _ => new ProposalMaterial(null, null, [], [], []), _ => { });
        HeightDoor door = new(context, null, new MessageCheck(context, VotingRules.Default, verifier), machine, _ => { });
        BlockCertificate qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, Keccak256.Hash("A"u8), 0, 2, 3);
        foreach (uint slot in (uint[])[0, 2, 3]) door.OnTimeout(TestBench.Timeout(1, 2, slot), TestBench.PeerOf(slot));
        Assert.Equal(3u, machine.Round);

        TimeoutCertificate tc = TestBench.TimeoutCertificate(1, 1, [.. ((uint[])[0, 1, 3]).Select(s => TestBench.Timeout(1, 1, s, qc))]);
        TimeoutCertificate unsound = tc with { Groups = [.. tc.Groups.Select(g => g with { Signatures = new byte[g.Signatures.Length] })] };
        Proposal late = TestBench.Proposal(1, 2, TestBench.Block(1, TestBench.GenesisHash, 2, 2), unsound, 2);
        door.OnProposal(late, TestBench.PeerOf(2));
        int checks = scheme.Checks;
        Assert.True(checks > 0);
        for (int i = 0; i < 100; i++) door.OnProposal(late, TestBench.PeerOf((uint)(i % 4)));

        Assert.Equal(checks, scheme.Checks);
    }

    [Fact]
    public void Who_is_not_on_the_bench_is_not_heard()
    {
        (HeightMachine machine, HeightDoor door) = Open();
        door.OnVote(TestBench.Vote(MessageKind.Vote1For, 1, 0, TestBench.GenesisHash, 9), TestBench.PeerOf(9));
        door.OnVote(TestBench.Vote(MessageKind.Vote1For, 1, 0, TestBench.GenesisHash, 2) with { Slot = 3 }, TestBench.PeerOf(2));
        door.OnTimeout(TestBench.Timeout(1, 0, 9), TestBench.PeerOf(9));
        Assert.Empty(machine.Books.Votes.Rounds);
        Assert.True(machine.Books.Timeouts.Voters(0).IsEmpty);
    }

    [Fact]
    public void A_peer_s_messages_about_the_next_height_have_a_share_of_their_own()
    {
        FutureMessages future = new();
        for (uint round = 0; round < 1000; round++) future.Add(TestBench.Vote(MessageKind.Vote1For, 2, round, TestBench.GenesisHash, 2), TestBench.PeerOf(2));
        Block block = TestBench.Block(2, TestBench.GenesisHash, 0, 0);
        future.Add(TestBench.Proposal(2, 0, block, null, 0), TestBench.PeerOf(0));
        future.Add(TestBench.Proposal(2, 1, block, null, 0), TestBench.PeerOf(0));
        IReadOnlyList<(HeightMessage Message, PeerId From)> taken = future.Take(2);
        Assert.Equal(32, taken.Count(t => t.From == TestBench.PeerOf(2)));
        Assert.Single(taken, t => t.Message is Proposal);
        Assert.Empty(future.Take(2));
    }

    [Fact]
    public void Blocks_of_the_next_height_are_bounded_whoever_brings_them()
    {
        FutureMessages future = new();
        future.Add(TestBench.Vote(MessageKind.Vote1For, 2, 0, TestBench.GenesisHash, 2), TestBench.PeerOf(0));
        for (uint peer = 0; peer < 400; peer++) future.Add(TestBench.Proposal(2, 0, TestBench.Block(2, TestBench.GenesisHash, 0, 0, (int)peer), null, 0), TestBench.PeerOf(peer));
        IReadOnlyList<(HeightMessage Message, PeerId From)> taken = future.Take(2);
        Assert.Equal(FutureMessages.MaxProposals, taken.Count(t => t.Message is Proposal));
        Assert.Contains(taken, t => t.Message is Proposal && t.From == TestBench.PeerOf(399));
        Assert.Single(taken, t => t.Message is Vote);
        Assert.Empty(future.Take(2));
    }
}
