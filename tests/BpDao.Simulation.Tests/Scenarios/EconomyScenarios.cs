using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>What consensus hands over to be paid for. The payment itself is the contracts': BlockMoneyTests, RandomTrafficTests, IncomeTests,
/// ConvictionTests and the forge tests.</summary>
public sealed class EconomyScenarios
{
    /// <summary>Votes about the last blocks of an epoch are carried in the next one, whose bench is another.</summary>
    [Fact]
    public void Late_votes_of_an_epoch_are_carried_over_its_end()
    {
        WorldPlan plan = Scenario.Plan() with
        {
            EpochLength = 5, IsKnownToBeNew = true,
            Weights = (epoch, _) => epoch % 2 == 0 ? [1, 1, 1, 1] : [3, 3, 3, 2],
            Network = (_, _) => new DirectedNetwork(d => d.From == 3 && d.Message is Vote ? 250 : 1 + d.Random.Next(10)),
        };
        Scenario.Holds(plan, blocks: 32, seeds: 6, after: w => Assert.Contains(w.Nodes[0].Chain, c =>
            w.MaterialOf(c.Block)!.Late.Any(l => l.Votes.Signers.Contains(3) && w.EpochOf(l.Height) < w.EpochOf(c.Block.Number))));
    }

    /// <summary>One leader shows a good block to some and a bad one to others, in the same height and round.</summary>
    [Fact]
    public void A4_Slash_an_invalid_and_a_valid_block_of_one_height_convict_their_leader_and_the_chain_goes_on()
    {
        Dictionary<Hash256, Block> bad = [];
        Saying cheat = new((self, to, m) =>
        {
            if (m is not Proposal { Justification: null } p || to.Index != 0) return [m];
            if (!bad.TryGetValue(p.Block.Hash, out Block? spoilt)) bad.Add(p.Block.Hash, spoilt = self.NewBlock(p.Height, p.Round, isInvalid: true));
            return [TestBench.Proposal(p.Height, p.Round, spoilt, null, self.Slot)];
        });
        Scenario.Holds(Scenario.With(cheat) with { Relays = true }, blocks: 12, after: w =>
        {
            Assert.All(w.Nodes[0].Chain, c => Assert.True(World.IsValid(c.Block)));
            Assert.Equal([3u], w.Witness.Accused);
        });
    }
}
