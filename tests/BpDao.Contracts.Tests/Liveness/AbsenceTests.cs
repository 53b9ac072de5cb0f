using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Contracts.Tests.Liveness;

/// <summary>Protocol rules 3.3, 4.1, 5.10, 5.11, 8.1: who is away loses turns, not the way back.</summary>
public sealed class AbsenceTests
{
    private const uint Sleeper = 2;

    [Fact]
    public void A_producer_absent_until_inactive_comes_back_with_ready()
    {
        using PorTestChain chain = new();
        chain.Blocks(5);
        chain.Asleep.Add(Sleeper);
        string reason = Sleep(chain, 100);
        Assert.Equal("misses", reason);
        Assert.Equal(BondStatus.Inactive, BondOf(chain).Status);
        ulong away = chain.View().Epoch + 3;
        chain.ToEpoch(away);
        Assert.Null(chain.View().Bench.Find(Sleeper));

        AssertReturns(chain);
    }

    [Fact]
    public void Who_leads_and_does_not_vote_is_inactive_by_participation_and_comes_back()
    {
        using PorTestChain chain = new(new PorNetwork().With("maxMisses", 32));
        chain.ToEpoch(1);
        string? reason = null;
        while (reason is null) reason = ReasonOf(chain.Block(b => b.VotesFor([.. chain.View().Bench.Members.Select(m => m.Slot).Except([Sleeper])])));
        Assert.Equal("participation", reason);
        chain.Asleep.Add(Sleeper);
        chain.ToEpoch(chain.View().Epoch + 3);
        Assert.Null(chain.View().Bench.Find(Sleeper));

        AssertReturns(chain);
    }

    [Fact]
    public void A_producer_absent_for_exactly_32_turns_comes_back_with_ready()
    {
        // Rule 5.11 off and rule 5.10 at its bound: nothing but the onion ends the absence.
        using PorTestChain chain = new(new PorNetwork().With("participationBps", UInt256.Zero).With("maxMisses", 32));
        chain.Blocks(3);
        chain.Asleep.Add(Sleeper);

        string reason = Sleep(chain, 600);

        Assert.Equal("onion", reason);
        Assert.True(chain.Availability.TryOnion(Sleeper, out OnionState onion));
        Assert.Equal(33U, onion.Hashes);
        BondState bond = BondOf(chain);
        Assert.Equal(BondStatus.Inactive, bond.Status);
        uint counter = onion.Counter;
        chain.ToEpoch(chain.View().Epoch + 3);
        Assert.True(chain.Availability.TryOnion(Sleeper, out onion));
        Assert.Equal(counter, onion.Counter);

        AssertReturns(chain);
        Assert.True(chain.Availability.TryOnion(Sleeper, out onion));
        Assert.Equal(1U, onion.Hashes);
        Assert.True(onion.Counter > counter);
    }

    [Fact]
    public void A_producer_absent_twice_for_as_long_as_may_be_is_still_known_by_its_reveal()
    {
        using PorTestChain chain = new(new PorNetwork().With("participationBps", UInt256.Zero).With("maxMisses", 32));
        chain.Blocks(3);
        chain.Asleep.Add(Sleeper);
        Assert.Equal("onion", Sleep(chain, 600));
        chain.Asleep.Remove(Sleeper);
        while (BondOf(chain).Status != BondStatus.Active) chain.Block();
        chain.Asleep.Add(Sleeper);
        Assert.Equal("onion", Sleep(chain, 600));
        chain.ToEpoch(chain.View().Epoch + 3);
        Assert.True(chain.Availability.TryOnion(Sleeper, out OnionState onion));
        Assert.Equal(64U, onion.Hashes);

        AssertReturns(chain);
    }

    [Fact]
    public void When_all_are_in_jail_they_make_blocks_all_the_same()
    {
        using PorTestChain chain = new(new PorNetwork().Change(s => Supply.JailAll(s, 4, untilEpoch: 3)));
        HashSet<uint> producers = [];
        while (chain.View().Epoch < 3)
        {
            Assert.True(chain.Availability.TryBond(0, out BondState bond));
            Assert.Equal(3UL, bond.JailedUntil);
            PorBlock block = chain.Block();
            Assert.False(block.IsSafeMode);
            Assert.Equal(block.Producer, (uint)(UInt256)Assert.Single(block.Events(ContractEvents.BlockBegun))[2]);
            producers.Add(block.Producer);
        }

        Assert.Equal(4, producers.Count);
        for (int i = 0; i < 20; i++) Assert.False(chain.Block().IsSafeMode);
        Assert.True(chain.Pools.TryPool(chain.Head.Number - 1, out BlockPool pool));
        Assert.NotEqual(WorkContract.NoSlot, pool.Producer);
    }

    // Blocks without the sleeper until the contracts take it out; says why.
    private static string Sleep(PorTestChain chain, int most)
    {
        for (int i = 0; i < most; i++)
        {
            if (ReasonOf(chain.Block()) is { } reason) return reason;
        }

        throw new InvalidOperationException($"{most} blocks were not enough.");
    }

    private static string? ReasonOf(PorBlock block) => block.Events(ContractEvents.Inactive).Where(e => (uint)(UInt256)e[0] == Sleeper)
        .Select(e => System.Text.Encoding.ASCII.GetString((byte[])e[2]).TrimEnd('\0')).FirstOrDefault();

    // It takes part again within four epochs after READY.
    private static void AssertReturns(PorTestChain chain)
    {
        ulong ready = chain.View().Epoch;
        chain.Asleep.Remove(Sleeper);
        ulong? produced = null;
        while (chain.View().Epoch < ready + 6)
        {
            PorBlock block = chain.Block();
            Assert.False(block.IsSafeMode);
            if (block.Producer == Sleeper) produced ??= chain.Epochs.RecordOf(block.Number)!.Epoch;
        }

        Assert.True(produced <= ready + 4, $"READY in epoch {ready}, first block in epoch {produced}");
        Assert.NotNull(chain.View().Bench.Find(Sleeper));
        Assert.True(chain.Node.Tree.CertificateByNumber(chain.Head.Number) is { } bytes && CertificateCodec.TryDecode(bytes, out Certificate? votes)
            && votes.Signers.Contains(Sleeper));
        BenchAssert.Agrees(chain);
    }

    private static BondState BondOf(PorTestChain chain) =>
        chain.Availability.TryBond(Sleeper, out BondState bond) ? bond : throw new InvalidOperationException("no bond");
}
