using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Testing;
using Xunit;

namespace BpDao.Contracts.Tests.Benches;

/// <summary>Protocol rules 3.1, 3.3, 4.1: who comes and goes, through real blocks, with the node's record and the contracts' hash agreeing in every
/// epoch.</summary>
public sealed class ChurnTests
{
    private static readonly UInt256 Small = Money.Rep(5_000_000);

    [Fact]
    public void A_joiner_is_on_the_bench_two_epochs_after_its_ready_and_produces()
    {
        TestProducer joiner = Newcomer("joiner");
        using PorTestChain chain = new(WithNewcomers(joiner));
        chain.Know(joiner);
        chain.ToEpoch(1);
        Transaction signal = Bonding.Signal(chain, joiner, Small);

        PorBlock signalled = chain.Block(b => b.With(signal));

        Assert.True(signalled.ReceiptOf(signal).Success);
        uint slot = SlotOf(chain, joiner);
        Assert.Equal(4U, slot);
        // READY follows by itself in this epoch, as the joiner is awake; so the bench of epoch 1 + 2 has it.
        AgreeingTo(chain, 3);
        Assert.Null(chain.Epochs.BenchOf(2)!.Find(slot));
        Assert.Equal(Small, chain.Epochs.BenchOf(3)!.WeightOf(slot));
        bool produced = false;
        for (int i = 0; i < 150 && !produced; i++) produced = chain.Block().Producer == slot;
        Assert.True(produced);
    }

    [Fact]
    public void A_joiner_that_never_says_ready_stays_outside()
    {
        TestProducer joiner = Newcomer("joiner");
        using PorTestChain chain = new(WithNewcomers(joiner));
        chain.Know(joiner);
        chain.ToEpoch(1);
        chain.Block(b => b.With(Bonding.Signal(chain, joiner, Small)));
        chain.Asleep.Add(SlotOf(chain, joiner));

        AgreeingTo(chain, 6);

        Assert.Equal(4, chain.View().Bench.Members.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_leavers_reputation_is_free_after_unbonding_and_may_be_bonded_again(bool wholly)
    {
        using PorTestChain chain = new();
        TestProducer leaver = chain.KeyOf(3);
        chain.ToEpoch(1);
        Assert.True(chain.Rep.TryFreeOf(leaver.Identity.Address, out UInt256 freeBefore));
        UInt256 bonded = Money.Rep(25_000_000), amount = wholly ? bonded : Small;
        Transaction leave = Bonding.Leave(chain, leaver, wholly ? UInt256.MaxValue : amount);
        Assert.True(chain.Block(b => b.With(leave)).ReceiptOf(leave).Success);

        // It serves through epoch 2, then waits four epochs of 16 s each.
        AgreeingTo(chain, 3);
        Assert.Equal(bonded, chain.Epochs.BenchOf(2)!.WeightOf(3));
        Assert.Equal(wholly ? UInt256.Zero : bonded - amount, chain.Epochs.BenchOf(3)!.WeightOf(3));
        AgreeingTo(chain, 6);
        Assert.True(chain.Availability.TryBond(3, out BondState bond) && bond.Exiting == amount);
        AssertFreed(chain, leaver, freeBefore, UInt256.Zero);
        AgreeingTo(chain, 8);
        AssertFreed(chain, leaver, freeBefore, amount);

        if (!wholly) return;
        TestProducer again = Newcomer("identity 3");
        chain.Know(again);
        Transaction signal = Bonding.Signal(chain, again, Small);
        Assert.True(chain.Block(b => b.With(signal)).ReceiptOf(signal).Success);
        AgreeingTo(chain, 10);
        Assert.Equal(Small, chain.View().Bench.WeightOf(3));
        for (int i = 0; i < 150; i++)
        {
            if (chain.Block().Producer == 3) return;
        }

        Assert.Fail("Who came back never produced.");
    }

    [Fact]
    public void Newcomers_come_in_by_a_sixteenth_of_the_weight_an_epoch_in_the_order_of_their_signals()
    {
        TestProducer[] newcomers = [.. Enumerable.Range(0, 5).Select(i => Newcomer($"newcomer {i}"))];
        using PorTestChain chain = new(WithNewcomers(newcomers));
        foreach (TestProducer newcomer in newcomers) chain.Know(newcomer);
        chain.ToEpoch(1);
        foreach (TestProducer newcomer in newcomers)
        {
            Transaction signal = Bonding.Signal(chain, newcomer, Small);
            Assert.True(chain.Block(b => b.With(signal)).ReceiptOf(signal).Success);
        }

        // W is 100 M, its sixteenth 6.25 M: one of 5 M at a time, until the sixteenth of W has grown.
        AgreeingTo(chain, 9);
        Assert.Equal([4, 4, 4, 5, 6, 7, 8, 9, 9], Enumerable.Range(0, 9).Select(e => chain.Epochs.BenchOf((ulong)e)!.Members.Count));
        Assert.Equal(4U, chain.Epochs.BenchOf(3)!.Members[^1].Slot);
        Assert.Equal(newcomers.Select(n => n.Identity.Address), chain.Epochs.BenchOf(7)!.Members.Skip(4).Select(m => m.Identity));
    }

    [Fact]
    public void B2_Frequency_in_bag_mode_each_slot_leads_once_per_cycle()
    {
        using PorTestChain chain = new(new PorNetwork().Equal(6).With("selectionMode", 1));
        for (int cycle = 0; cycle < 8; cycle++)
        {
            HashSet<uint> led = [];
            for (int i = 0; i < 6; i++)
            {
                PorBlock block = chain.Block();
                Assert.True(led.Add(block.Producer), $"cycle {cycle}: slot {block.Producer} leads twice");
                Assert.Equal(i == 5 ? 1 : 0, block.Events(ContractEvents.BagRefilled).Count);
            }
        }
    }

    [Fact]
    public void In_bag_mode_a_missed_turn_is_a_turn()
    {
        using PorTestChain chain = new(new PorNetwork().Equal(6).With("selectionMode", 1));
        HashSet<uint> led = [];
        while (led.Count < 6)
        {
            PorBlock block = chain.Block(b => b.Round(led.Count == 0 ? 2U : 0U));
            foreach (object[] missed in block.Events(ContractEvents.Missed)) Assert.True(led.Add((uint)(UInt256)missed[2]));
            Assert.True(led.Add(block.Producer));
            Assert.Equal(led.Count == 6 ? 1 : 0, block.Events(ContractEvents.BagRefilled).Count);
        }

        Assert.Equal(4UL, chain.Head.Number);
    }

    private static PorNetwork WithNewcomers(params TestProducer[] newcomers)
    {
        PorNetwork network = new();
        foreach (TestProducer newcomer in newcomers)
        {
            network.Fund(newcomer.Identity.Address, Money.Coins(10)).Change(s => Supply.Give(s, newcomer.Identity.Address, Money.Rep(6_000_000)));
        }

        return network;
    }

    // The consensus key is new, whoever the identity is.
    private static TestProducer Newcomer(string identity) => new(identity, Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes($"key of {identity}")), PorNetwork.OnionLayers);

    // Stops in every epoch to look.
    private static void AgreeingTo(PorTestChain chain, ulong epoch)
    {
        while (chain.View().Epoch < epoch)
        {
            ulong before = chain.View().Epoch;
            Assert.False(chain.Block().IsSafeMode);
            if (chain.View().Epoch != before) BenchAssert.Agrees(chain);
        }
    }

    private static uint SlotOf(PorTestChain chain, TestProducer producer)
    {
        Assert.True(chain.Availability.TrySlotOfKey(producer.Address.ToArray(), out uint slot));
        return slot;
    }

    // Producing and voting have earned some more meanwhile, far less than a bond.
    private static void AssertFreed(PorTestChain chain, TestProducer leaver, UInt256 freeBefore, UInt256 amount)
    {
        Assert.True(chain.Rep.TryFreeOf(leaver.Identity.Address, out UInt256 free));
        Assert.True(free >= freeBefore + amount && free < freeBefore + amount + Money.Rep(1000), $"{free} free, {amount} were bonded");
    }
}
