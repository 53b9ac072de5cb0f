using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>What a cheating node does differently from the state machine that runs in it. It holds its key and may sign whatever it likes; the
/// network shows it everything that was sent to it.</summary>
internal class Behaviour
{
    /// <summary>What <paramref name="to"/> gets in place of a message, in this order.</summary>
    public virtual IEnumerable<PorMessage> Tell(SimulatedNode self, SimulatedNode to, PorMessage message) => [message];

    /// <summary>Sees what arrives, before the state machine does. False keeps it from it.</summary>
    public virtual bool Hear(SimulatedNode self, PorMessage message) => true;

    /// <summary>Milliseconds to make a block.</summary>
    public virtual long BuildingTime => 5;

    /// <summary>The block that it shows.</summary>
    public virtual Block Build(SimulatedNode self, Block honest) => honest;

    /// <summary>What its payload carries of what it knows.</summary>
    public virtual ProposalMaterial Carry(ProposalMaterial material) => material;

    /// <summary>What it makes itself believe about a block.</summary>
    public virtual Judgement Judge(Block block, Judgement honest) => honest;
}
