using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;

namespace BpDao.Simulation.Tests.Scenarios;

/// <summary>Says what a function makes of each message.</summary>
internal sealed class Saying(Func<SimulatedNode, SimulatedNode, PorMessage, IEnumerable<PorMessage>> say) : Behaviour
{
    public override IEnumerable<PorMessage> Tell(SimulatedNode self, SimulatedNode to, PorMessage message) => say(self, to, message);

    /// <summary>Says nothing of one type.</summary>
    public static Saying No<T>() where T : PorMessage => new((_, _, m) => m is T ? [] : [m]);
}

/// <summary>Shows one block to even nodes and another one to odd nodes.</summary>
internal sealed class Equivocating : Behaviour
{
    public override IEnumerable<PorMessage> Tell(SimulatedNode self, SimulatedNode to, PorMessage message) =>
        message is Proposal { Justification: null } p && to.Index % 2 != 0 ? [TestBench.Proposal(p.Height, p.Round, Other(p.Block), null, self.Slot, p.Epoch)] : [message];

    /// <summary>As good a block in the same place.</summary>
    public static Block Other(Block block) => new(block.Header with { GasUsed = block.Header.GasUsed + 1_000_000 }, block.Body);
}

/// <summary>Shows blocks that break a rule.</summary>
internal sealed class Spoiling : Behaviour
{
    public override Block Build(SimulatedNode self, Block honest) =>
        self.NewBlock(honest.Number, BpDao.Consensus.Por.Blocks.PorExtraData.TryDecode(honest.Header.ExtraData.Span, out var extra) ? extra.Value.Round : 0, isInvalid: true);

    public override Judgement Judge(Block block, Judgement honest) => Judgement.Valid;
}

/// <summary>Takes longer than a round to make a block.</summary>
internal sealed class Slow(long milliseconds) : Behaviour
{
    public override long BuildingTime => milliseconds;
}

/// <summary>Believes what it likes about blocks.</summary>
internal sealed class Believing(Func<Block, Judgement, Judgement> judge) : Behaviour
{
    public override Judgement Judge(Block block, Judgement honest) => judge(block, honest);
}

/// <summary>Carries the least that its blocks may carry, with none of the votes of one slot where that leaves a quorum.</summary>
internal sealed class Censoring(uint victim) : Behaviour
{
    public override ProposalMaterial Carry(ProposalMaterial material) => material with
    {
        ParentCertificate = material.ParentCertificate is { Signers.Count: > 3 } full ? Without(full) : material.ParentCertificate,
        Late = [],
        Against = [],
    };

    private Certificate Without(Certificate certificate) =>
        certificate with { Signers = SlotBitmap.Of(certificate.Signers.Slots().Where(s => s != victim)) };
}
