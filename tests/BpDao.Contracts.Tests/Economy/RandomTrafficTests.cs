using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Contracts.Tests.Economy;

/// <summary>Protocol rule 5.8: whatever users, voters and proposers do, the books add up after every block (<see cref="Ledger"/> asserts it), and the
/// bench of the node stays the contracts'.</summary>
public sealed class RandomTrafficTests
{
    private static readonly Address Cell = Address.FromNumber(0xce11), Logger = Address.FromNumber(0x1099e4);

    [Theory]
    [InlineData(1, 260, "0", "0")]
    [InlineData(2, 160, "1", "1")]
    [InlineData(3, 160, "2", "0")]
    public void A5_Conservation_the_books_add_up_after_every_block_of_random_traffic(int seed, int blocks, string absentShare, string selectionMode)
    {
        Random random = new(seed);
        TestProducer[] newcomers = [.. Enumerable.Range(0, 4).Select(i => new TestProducer($"newcomer {i}", Keccak256.Hash([(byte)i, 0x77]), PorNetwork.OnionLayers))];
        PorNetwork network = new PorNetwork().Equal(7).Code(Cell, TestContracts.Cell).Code(Logger, TestContracts.Logger)
            .With("absentShare", UInt256.Parse(absentShare)).With("selectionMode", UInt256.Parse(selectionMode));
        foreach (TestProducer newcomer in newcomers)
        {
            network.Fund(newcomer.Identity.Address, Money.Coins(1000)).Change(s => Supply.Give(s, newcomer.Identity.Address, Money.Rep(30_000_000)));
        }

        using PorTestChain chain = new(network);
        foreach (TestProducer newcomer in newcomers) chain.Know(newcomer);
        Traffic traffic = new(chain, random, newcomers, [Cell, Logger]);
        ulong epoch = 0;
        for (int i = 0; i < blocks; i++)
        {
            Assert.False(traffic.Next().IsSafeMode);
            if (chain.View().Epoch == epoch) continue;
            epoch = chain.View().Epoch;
            BenchAssert.Agrees(chain);
            traffic.ChooseSleeper();
        }

        Assert.Empty(traffic.NeverSeen);
        // Quiet blocks until every epoch's pools are settled and its voters paid.
        chain.Asleep.Clear();
        for (ulong quiet = chain.View().Epoch + 2; chain.View().Epoch < quiet;) chain.Block();
        BenchAssert.Agrees(chain);
    }
}
