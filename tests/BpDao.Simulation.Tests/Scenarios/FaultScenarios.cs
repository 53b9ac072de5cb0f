using BpDao.Consensus;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;
using Xunit;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>A leader (slot 3) whose every block breaks one rule, for each rule that the judge can name. Which block breaks which rule is in
/// PorRulesTests and ValidationTests.</summary>
public sealed class FaultScenarios
{
    public static TheoryData<BlockError> Faults => [.. Enum.GetValues<BlockError>().Where(e => e != BlockError.None)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A4_Slash_each_reason_is_rejected_where_the_block_is_at_fault_and_met_with_silence_where_it_is_not(BlockError fault)
    {
        Judgement judgement = ChainWorker.JudgementOf(new BlockVerdict(fault), new BlockHeader());
        HashSet<byte> reasons = [];
        WorldPlan plan = Scenario.With(new Spoiling()) with
        {
            FaultOfInvalid = fault,
            Network = (_, _) => new DirectedNetwork(d =>
            {
                if (d.From != 3 && d.Message is Vote { Kind: MessageKind.Vote1Against } v) reasons.Add(v.Reason);
                return 1 + d.Random.Next(20);
            }),
        };
        Scenario.Holds(plan, blocks: 9, seeds: 2, after: w =>
        {
            Assert.DoesNotContain(w.Nodes[0].Chain, c => Scenario.ProducerOf(c.Block) == 3);
            Assert.Equal(judgement == Judgement.Invalid, w.Witness.Trials.Rejections > 0);
        });
        Assert.Equal(judgement == Judgement.Invalid ? new HashSet<byte> { (byte)fault } : [], reasons);
    }
}
