using BpDao.Consensus.Por.Contracts;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Contracts.Tests.Judicial;

/// <summary>What is convicted without an item of evidence: a salt that was not revealed (E8), a rejected block (E7).</summary>
public sealed class OtherOffencesTests
{
    private const uint Slot = 2;

    [Fact]
    public void A_salt_that_is_not_revealed_costs_a_quarter_of_a_stake_and_twice_that_the_next_time()
    {
        // Nobody is excluded from salts, so that the next time may come at once.
        using PorTestChain chain = new(new PorNetwork().Equal(5).With("saltExclusion", UInt256.Zero).With("maxMisses", 32));
        UInt256 due = Money.Rep(25_000_000) / 400U;

        object[] first = HideSalt(chain), second = HideSalt(chain);

        Assert.Equal((chain.KeyOf(Slot).Identity.Address, Slot, 8UL, WorkContract.NoSlot), ((Address)first[1], (uint)(UInt256)first[2], (ulong)(UInt256)first[3], (uint)(UInt256)first[7]));
        Assert.Equal((due, Money.Rep(25_000_000)), ((UInt256)first[6], (UInt256)first[5]));
        Assert.Equal((UInt256)second[5] / 400U * 2U, (UInt256)second[6]);
        Assert.True(new JudiciaryContract(chain.State).TrySaltMisses(chain.KeyOf(Slot).Identity.Address, out uint count, out ulong epoch));
        Assert.Equal((2U, chain.View().Epoch - 1), (count, epoch));
        Assert.True(chain.Availability.TryBond(Slot, out BondState bond));
        Assert.Equal(0UL, bond.JailedUntil);
    }

    [Fact]
    public void Whoever_carries_a_rejection_first_gets_its_twentieth_at_maturity()
    {
        using PorTestChain chain = new(new PorNetwork().Equal(5).With("mintingRatio", UInt256.Zero));
        chain.Blocks(5);
        uint culprit = chain.View().LeaderOf(0), finder = chain.View().LeaderOf(1);
        Assert.NotEqual(culprit, finder);

        PorBlock block = chain.Block(b => b.Round(1).Reject(chain.Rejection(0, [.. Enumerable.Range(0, 5).Select(i => (uint)i).Where(s => s != culprit)])));

        Assert.Equal(finder, block.Producer);
        UInt256 amount = (UInt256)Assert.Single(block.Events(JudiciaryContract.Slashed))[5];
        do block = chain.Block();
        while (block.Events(JudiciaryContract.EscrowSettled).Count == 0);
        object[] paid = Assert.Single(block.Events(JudiciaryContract.BountyPaid)), settled = Assert.Single(block.Events(JudiciaryContract.EscrowSettled));
        Assert.Equal((chain.KeyOf(finder).Identity.Address, finder, amount / 20U), ((Address)paid[1], (uint)(UInt256)paid[2], (UInt256)paid[3]));
        Assert.Equal(amount, (amount / 20U) + (UInt256)settled[1] + (UInt256)settled[2]);
    }

    // Sleeps from the end of the commits to the end of the reveals; the conviction in the next epoch's first block.
    private static object[] HideSalt(PorTestChain chain)
    {
        ulong epoch = chain.View().Epoch + 1;
        chain.ToEpoch(epoch);
        while (chain.View().Position < 4) chain.Block();
        chain.Asleep.Add(Slot);
        while (chain.View().Position < 8) chain.Block();
        chain.Asleep.Remove(Slot);
        chain.ToEpoch(epoch + 1);
        PorBlock block = chain.Block();
        return Assert.Single(block.Events(JudiciaryContract.EvidenceRecorded));
    }
}
