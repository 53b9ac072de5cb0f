using System.Numerics;
using BpDao.Consensus;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Evidence;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.Contracts.Tests.Judicial;

/// <summary>Protocol rules 7.1 and 7.2 through real blocks: proof that the node has verified convicts in the contracts. Each block is compared with
/// <see cref="ConvictionBooks"/>, which also asserts every balance; protocol rule 5.8 holds after each.</summary>
public sealed class ConvictionTests
{
    private static readonly UInt256 Reputation = Money.Rep(30_000_000), Bond = Money.Rep(25_000_000);

    [Fact]
    public void Every_type_of_evidence_convicts_of_its_kind_and_takes_its_fraction()
    {
        using PorTestChain chain = Start(16, out ConvictionBooks books, out Cheating cheating);
        for (int i = 0; i < Cheating.OfOneSlot.Length; i++) books.Block(null, cheating.Of(Cheating.OfOneSlot[i], (uint)i, 3));
        books.Block(null, cheating.TwoCommits(4, [.. Slots(0, 13)], [.. Slots(5, 16)]));

        BigInteger bond = (BigInteger)Bond;
        Assert.Equal([1, 2, 3, 4, 5, .. Enumerable.Repeat(3, 8)], books.Convictions.Select(c => (int)c.Kind));
        // E2: alone among sixteen, 3/16.
        Assert.Equal([bond / 10, bond * 3 / 16, bond, bond, bond / 10, .. Enumerable.Repeat(bond, 8)], books.Convictions.Select(c => c.Amount));
        Assert.Equal(Slots(5, 13), books.Convictions.Skip(5).Select(c => c.Slot));
        for (uint slot = 0; slot < 16; slot++)
        {
            Assert.True(chain.Availability.TryBond(slot, out BondState state));
            bool isExpelled = slot is 2 or 3 or (>= 5 and < 13);
            Assert.Equal(isExpelled ? BondStatus.Inactive : BondStatus.Active, state.Status);
            Assert.Equal(isExpelled ? ulong.MaxValue : slot < 5 ? 9UL : 0, state.JailedUntil);
        }
    }

    [Fact]
    public void Double_votes_cost_more_the_more_offend_together()
    {
        using PorTestChain chain = Start(20, out ConvictionBooks books, out Cheating cheating);
        for (uint slot = 0; slot < 9; slot++) books.Block(null, cheating.Of(EvidenceType.ContraryVotes, slot, 3));

        // 3 · w / W of 20 equal bonds, at least 10 %: one operator's mistake is cheap, a third of the weight loses all.
        int[] percent = [15, 30, 45, 60, 75, 90, 100, 100, 100];
        Assert.Equal(percent.Select(p => (BigInteger)Bond * p / 100), books.Convictions.Select(c => c.Amount));
        Assert.True(new JudiciaryContract(chain.State).TryCorrelatedWeight(0, out UInt256 together));
        Assert.Equal(Bond * 9U, together);
    }

    [Fact]
    public void A9_Evidence_the_same_offence_convicts_once_whatever_proves_it()
    {
        using PorTestChain chain = Start(7, out ConvictionBooks books, out Cheating cheating);
        EvidenceItem votes = cheating.Of(EvidenceType.DoubleSecondVote, 1, 4);
        books.Block(null, votes, votes);
        books.Block(null, votes);
        books.Block(null, cheating.TwoCommits(4, [0, 1, 2, 3, 4], [1, 2, 3, 5, 6]));

        Assert.Equal([1U, 2, 3], books.Convictions.Select(c => c.Slot));
        JudiciaryContract judiciary = new(chain.State);
        Assert.True(judiciary.TryConvicted(chain.KeyOf(3).Identity.Address, 4, 3, out bool convicted) && convicted);
        Assert.True(judiciary.TryRefusal(3, 0, 4, 3, out string reason));
        Assert.Equal("convicted", reason);
        Assert.True(judiciary.TryRefusal(3, 0, 4, 4, out reason));
        Assert.Equal("", reason);
    }

    [Fact]
    public void Two_certificates_with_many_culprits_are_carried_until_nobody_is_left()
    {
        using PorTestChain chain = Start(24, out ConvictionBooks books, out Cheating cheating);
        EvidenceItem fork = cheating.TwoCommits(4, [.. Slots(0, 21)], [.. Slots(1, 24)]);
        for (int i = 0; i < 4; i++) books.Block(null, fork);

        Assert.Equal(Slots(1, 21), books.Convictions.Select(c => c.Slot));
    }

    [Fact]
    public void Evidence_counts_as_long_as_a_leaver_of_its_epoch_is_locked()
    {
        using PorTestChain chain = Start(7, out ConvictionBooks books, out Cheating cheating);
        TestProducer leaver = chain.KeyOf(6);
        books.Block(b => b.With(Bonding.Leave(chain, leaver, UInt256.MaxValue)));
        while (chain.View().Epoch < 2) books.Block();
        ulong last = chain.Head.Number;
        Assert.Equal(1UL, cheating.EpochOf(last));
        // A bit less than the bond, so that something is left to be released.
        EvidenceItem proof = cheating.Of(EvidenceType.DoubleProposal, 6, last), again = cheating.Of(EvidenceType.IgnoredQc, 6, last);
        while (chain.View().Epoch < 6) books.Block(null, chain.View() is { Epoch: 5, Position: 15 } ? [proof] : []);
        Assert.Single(books.Convictions);
        books.Block(null, again);

        Assert.Single(books.Convictions);
        Assert.Equal(BondStatus.Absent, StatusOf(chain, 6));
        Assert.True(chain.Rep.TryBalanceOf(leaver.Identity.Address, out UInt256 balance));
        Assert.Equal(Reputation - (Bond / 10U), balance);
    }

    [Fact]
    public void What_the_bond_cannot_pay_is_taken_from_free_reputation()
    {
        using PorTestChain chain = Start(7, out ConvictionBooks books, out Cheating cheating);
        foreach (ulong height in new ulong[] { 3, 4, 5 }) books.Block(null, cheating.Of(EvidenceType.DoubleSecondVote, 2, height));

        Assert.Equal([(BigInteger)Bond, (BigInteger)(Reputation - Bond), 0], books.Convictions.Select(c => c.Amount));
    }

    [Fact]
    public void A_finder_is_paid_a_twentieth_at_maturity_and_nobody_for_himself()
    {
        using PorTestChain chain = Start(7, out ConvictionBooks books, out Cheating cheating);
        uint next = chain.View().LeaderOf(0);
        books.Block(null, cheating.Of(EvidenceType.DoubleProposal, next, 3));
        Assert.Equal(BigInteger.Zero, books.Bounties);
        uint finder = chain.View().LeaderOf(0), victim = (finder + 1) % 7 == next ? (finder + 2) % 7 : (finder + 1) % 7;
        books.Block(null, cheating.Of(EvidenceType.DoubleProposal, victim, 3));
        Assert.Equal([false, true], books.Convictions.Select(c => c.HasBounty));
        JudiciaryContract judiciary = new(chain.State);
        Assert.True(judiciary.TryEscrow(1, out EscrowState escrow));
        Assert.Equal((finder, chain.KeyOf(finder).Identity.Address, false), (escrow.FinderSlot, escrow.Finder, escrow.IsSettled));
        while (!escrow.IsSettled)
        {
            books.Block();
            Assert.True(new JudiciaryContract(chain.State).TryEscrow(1, out escrow));
        }

        Assert.Equal((BigInteger)Bond / 200, books.Bounties);
        Assert.Equal(((BigInteger)Bond / 5) - books.Bounties, books.Burned);
        Assert.True(chain.Head.Timestamp >= escrow.MaturesAt && chain.Head.Timestamp < escrow.MaturesAt + 2);
    }

    [Fact]
    public void Who_is_jailed_leads_no_more_at_once_votes_on_and_leads_again()
    {
        using PorTestChain chain = Start(5, out ConvictionBooks books, out Cheating cheating, jailEpochs: 2);
        books.Block(null, cheating.Of(EvidenceType.DoubleProposal, 3, 4));
        ulong until = chain.View().Epoch + 3;
        while (chain.View().Epoch < until)
        {
            PorBlock block = books.Block();
            Assert.NotEqual(3U, block.Producer);
            Assert.True(chain.Votes.CertificateOf(block.Number)!.Signers.Contains(3));
        }

        Assert.Equal(Bond - (Bond / 10U), chain.View().Bench.WeightOf(3));
        bool led = false;
        for (int i = 0; i < 60 && !led; i++) led = books.Block().Producer == 3;
        Assert.True(led);
    }

    [Fact]
    public void After_two_second_votes_only_a_new_bond_with_another_key_comes_back()
    {
        TestProducer again = new("identity 1", Keccak256.Hash("another key"u8), PorNetwork.OnionLayers);
        using PorTestChain chain = Start(5, out ConvictionBooks books, out Cheating cheating);
        chain.Know(again);
        books.Block(null, cheating.Of(EvidenceType.DoubleSecondVote, 1, 4));
        Transaction raise = Bonding.Raise(chain, again, Money.Rep(1_000_000));
        Assert.False(books.Block(b => b.With(raise)).ReceiptOf(raise).Success);
        while (chain.View().Epoch < 3) books.Block();
        Assert.Null(chain.View().Bench.Find(1));
        books.Block(b => b.With(Bonding.Leave(chain, again, UInt256.MaxValue)));
        while (StatusOf(chain, 1) != BondStatus.Absent) books.Block();

        Transaction signal = Bonding.Signal(chain, again, Money.Rep(5_000_000));
        Assert.True(books.Block(b => b.With(signal)).ReceiptOf(signal).Success);
        ulong joined = chain.View().Epoch + 4;
        bool led = false;
        while (chain.View().Epoch < joined + 4 && !led) led = books.Block().Producer == 1;
        Assert.True(led);
        Assert.Equal(Money.Rep(5_000_000), chain.View().Bench.WeightOf(1));
    }

    [Fact]
    public void A_block_full_of_evidence_stays_far_below_the_gas_of_transaction_0()
    {
        using PorTestChain chain = Start(24, out ConvictionBooks books, out Cheating cheating);
        uint slot = 0;
        foreach (EvidenceType type in Cheating.OfOneSlot)
        {
            EvidenceItem[] items = [.. Enumerable.Range(0, 4).Select(_ => cheating.Of(type, slot++, 4))];
            PorBlock block = books.Block(null, items);
            Assert.True(block.Receipts[0].GasUsed < 5_000_000, $"{type}: {block.Receipts[0].GasUsed}");
        }

        EvidenceItem[] forks = [.. Enumerable.Range(0, 4).Select(i => cheating.TwoCommits(5 + (ulong)i, [.. Slots(0, 24)], [.. Slots(0, 24)]))];
        PorBlock last = books.Block(null, forks);
        Assert.True(last.Receipts[0].GasUsed < 8_000_000, $"forks: {last.Receipts[0].GasUsed}");
        Assert.Equal(28, books.Convictions.Count);
    }

    /// <summary>Equal bonds of which a sixth more is free, no new REP; the first epoch is under way.</summary>
    private static PorTestChain Start(int producers, out ConvictionBooks books, out Cheating cheating, ulong jailEpochs = 8)
    {
        PorNetwork network = new PorNetwork().Bonds([.. Enumerable.Repeat((Reputation, Bond), producers)]).With("mintingRatio", UInt256.Zero)
            .With("jailEpochs", jailEpochs);
        PorTestChain chain = new(network);
        chain.Blocks(6);
        books = new ConvictionBooks(chain, jailEpochs: jailEpochs);
        cheating = new Cheating(chain);
        return chain;
    }

    private static IEnumerable<uint> Slots(uint from, uint end) => Enumerable.Range((int)from, (int)(end - from)).Select(i => (uint)i);

    private static BondStatus StatusOf(PorTestChain chain, uint slot) => chain.Availability.TryBond(slot, out BondState bond) ? bond.Status : BondStatus.Absent;
}
