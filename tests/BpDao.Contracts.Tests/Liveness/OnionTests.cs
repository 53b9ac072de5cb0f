using BpDao.Consensus.Por.Contracts;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using Xunit;

namespace BpDao.Contracts.Tests.Liveness;

/// <summary>Protocol rule 8.1: onions are renewed before they end, and when they have ended the chain has not.</summary>
public sealed class OnionTests
{
    private const uint Shortest = 1024;

    [Fact]
    public void Short_onions_are_renewed_by_next_tip_again_and_again()
    {
        // Renewal is due as soon as four layers are used.
        using PorTestChain chain = new(new PorNetwork().With("onionLayers", Shortest).With("onionRenewBelow", Shortest - 3));
        Dictionary<uint, List<ulong>> announced = [];
        while (chain.View().Epoch < 14)
        {
            PorBlock block = chain.Block();
            Assert.False(block.IsSafeMode);
            foreach (object[] e in block.Events(ContractEvents.OnionRenewalScheduled))
            {
                Assert.Equal(block.Producer, (uint)(UInt256)e[0]);
                ulong epoch = chain.Epochs.RecordOf(block.Number)!.Epoch;
                Assert.Equal(epoch + 2, (ulong)(UInt256)e[2]);
                if (!announced.TryGetValue(block.Producer, out List<ulong>? epochs)) announced[block.Producer] = epochs = [];
                epochs.Add(epoch);
            }
        }

        for (uint slot = 0; slot < 4; slot++)
        {
            Assert.True(chain.Availability.TryOnion(slot, out OnionState onion));
            ulong current = chain.View().Epoch;
            Assert.Equal((uint)announced[slot].Count(e => e + 2 <= current), onion.Renewals);
            Assert.True(onion.Renewals >= 2, $"slot {slot}: {onion.Renewals} renewals");
        }
    }

    [Fact]
    public void Who_has_no_layers_left_does_not_lead_until_the_new_onion_is_in_force()
    {
        PorNetwork network = new PorNetwork().With("onionLayers", Shortest);
        using PorTestChain chain = new(network.Change(s => Use(s, network.Producers[1], 1, Shortest - 2)));
        uint turns = 0;
        bool exhausted = false;
        while (chain.View().Epoch < 12)
        {
            Assert.True(chain.Availability.TryOnion(1, out OnionState before));
            PorBlock block = chain.Block();
            Assert.False(block.IsSafeMode);
            exhausted |= before.LayersLeft == 0;
            if (block.Producer == 1)
            {
                Assert.NotEqual(0U, before.LayersLeft);
                ++turns;
            }
        }

        Assert.True(exhausted, "the layers lasted until the renewal");
        Assert.True(turns > 2, "the renewed onion was never opened");
    }

    [Fact]
    public void When_nobody_has_layers_left_blocks_go_on_until_the_new_onions_are_in_force()
    {
        PorNetwork network = new PorNetwork().With("onionLayers", Shortest);
        network.Change(s =>
        {
            for (uint slot = 0; slot < 4; slot++) Use(s, network.Producers[(int)slot], slot, Shortest - 1);
        });
        using PorTestChain chain = new(network);
        int nobody = 0;
        while (chain.View().Epoch < 5)
        {
            PorBlock block = chain.Block();
            Assert.False(block.IsSafeMode);
            if ((uint)(UInt256)Assert.Single(block.Events(ContractEvents.BlockBegun))[2] == WorkContract.NoSlot) ++nobody;
        }

        Assert.True(nobody > 0, "somebody always had a layer");
        for (uint slot = 0; slot < 4; slot++)
        {
            Assert.True(chain.Availability.TryOnion(slot, out OnionState onion));
            Assert.Equal(1U, onion.Renewals);
        }
    }

    // So many layers were opened before genesis.
    private static void Use(GenesisStorage storage, TestProducer producer, uint slot, uint layers)
    {
        StoragePlace bond = StoragePlace.Bonds("bonds").Key(slot);
        storage.Set(bond.Member("tip"), UInt256.FromHash(producer.Onion(0).Open(layers)));
        storage.Set(bond.Member("counter"), layers);
    }
}
