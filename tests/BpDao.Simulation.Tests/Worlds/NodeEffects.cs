using BpDao.Consensus;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Synchronization;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>Carries out on virtual time what the state machine of one node decides: what it says, what it waits for, what others ask of it.</summary>
internal sealed class NodeEffects(SimulatedNode node, NodeChain chain, Behaviour? cheat)
{
    // Blocks this far ahead of the clock get no vote yet (protocol rule 2.6), and further ones are not waited for; milliseconds.
    private const long MaxAhead = 2000, MaxWait = 30_000;

    // Who has which message, where messages are passed on.
    private readonly HashSet<(int Peer, PorMessage Message)> _known = [];
    private long _roundTimer;

    private World World => node.World;

    private WorldPlan Plan => node.World.Plan;

    public void Heard(PorMessage message, SimulatedNode from)
    {
        if (Plan.Relays) _known.Add((from.Index, message));
    }

    public void CarryOut(PorEffect effect)
    {
        switch (effect)
        {
            case Broadcast m:
                foreach (SimulatedNode other in World.Nodes)
                {
                    if (other.Index == node.Index) continue;
                    if (Plan.Relays) _known.Add((other.Index, m.Message));
                    Tell(other, m.Message);
                }

                break;
            case Send m:
                Tell(World.NodeOf(m.Peer), m.Message);
                break;
            case Relay m:
                PassOn(m);
                break;
            case StartTimer m:
                long timer = ++_roundTimer;
                long wait = m.Round == 0 ? Math.Max(0, chain.HeadTime - node.Clock) : 0;
                node.Later(wait + m.Milliseconds + (m.Milliseconds * Plan.TimerSkewPerMille(node.Index) / 1000), () =>
                {
                    if (timer == _roundTimer) node.Process(new RoundExpired(m.Height, m.Round));
                });
                break;
            case StartResend m:
                node.Later(m.Milliseconds + World.Random.Next(100), () => node.Process(new ResendDue(m.Height)));
                break;
            case AwaitBlockTime m:
                node.Later(World.BlockInterval + Math.Max(0, chain.HeadTime - node.Clock), () => node.Process(new BlockTimeReached(m.Height, m.Round)));
                break;
            case BuildProposal m:
                node.Later(cheat?.BuildingTime ?? 5, () => node.Process(new BlockBuilt(m.Height, m.Round, Build(m))));
                break;
            case Judge m:
                JudgeInTime(m.Block);
                break;
            case Alarm when !node.IsHonest && cheat is null && !Plan.TwinsHear:
                // Who cheats does not stop because it was noticed.
                node.Later(20, () =>
                {
                    node.SwitchOff();
                    node.Start();
                });
                break;
            case Commit m:
                node.Later(1 + World.Random.Next(5), () => Write(m));
                break;
            default:
                Answer(effect);
                break;
        }
    }

    private void Answer(PorEffect effect)
    {
        switch (effect)
        {
            case AskBlock m:
                Tell(World.PeerFor(node.Index, m.Hint, m.Attempt), new GetBlockMessage(m.BlockHash));
                break;
            case AskCertifiedBlock m:
                Tell(World.PeerFor(node.Index, m.Hint, m.Attempt), new GetCertificateMessage(m.Height));
                break;
            case ServeBlock m when chain.Find(m.BlockHash) is { } found:
                Tell(World.NodeOf(m.Peer), new BlockMessage(found));
                break;
            case ServeCertifiedBlock m when m.Height >= 1 && m.Height <= chain.Height:
                (Block block, Certificate certificate) = chain.Blocks[(int)m.Height - 1];
                Tell(World.NodeOf(m.Peer), new CertifiedBlockMessage(block, certificate));
                break;
            case ServeCertificate m when m.Height >= 1 && m.Height <= chain.Height:
                (Block committed, Certificate its) = chain.Blocks[(int)m.Height - 1];
                BlockCertificate c = new(MessageKind.Vote2, World.EpochOf(m.Height), m.Height, committed.Hash, its);
                Tell(World.NodeOf(m.Peer), new BlockCertificateMessage(c));
                break;
        }
    }

    // The transport's rule: a few peers that are not known to have it, others than the sender.
    private void PassOn(Relay m)
    {
        if (!Plan.Relays) return;
        int from = m.From is { } peer ? World.NodeOf(peer).Index : node.Index;
        int left = RelayMemory.FanoutOf(World.Nodes.Count - 1);
        int start = World.Random.Next(World.Nodes.Count);
        for (int i = 0; i < World.Nodes.Count && left > 0; i++)
        {
            SimulatedNode other = World.Nodes[(start + i) % World.Nodes.Count];
            if (other.Index == node.Index || other.Index == from || !_known.Add((other.Index, m.Message))) continue;
            left--;
            Tell(other, m.Message);
        }
    }

    private void Tell(SimulatedNode to, PorMessage message)
    {
        if (cheat is null)
        {
            node.Say(to, message);
            return;
        }

        foreach (PorMessage said in cheat.Tell(node, to, message)) node.Say(to, said);
    }

    private Block Build(BuildProposal m)
    {
        // Only a copied key of a random history shows what it knows to be invalid.
        bool isInvalid = !node.IsHonest && cheat is null && World.Random.Next(6) == 0;
        Block block = node.NewBlock(m.Height, m.Round, isInvalid);
        block = cheat?.Build(node, block) ?? block;
        World.Keep(block, cheat?.Carry(m.Material) ?? m.Material);
        return block;
    }

    private void JudgeInTime(Block block)
    {
        long takes = Plan.JudgingTime(World.Random, node.Index);
        long ahead = (long)block.Header.Timestamp - node.Clock - MaxAhead;
        if (ahead > MaxWait) node.Later(takes, () => node.Process(new BlockJudged(block.Hash, Judgement.Silent, 0)));
        else node.Later(takes + Math.Max(0, ahead), () => node.Process(Judged(block)));
    }

    private BlockJudged Judged(Block block)
    {
        Judgement judgement = JudgementOf(block);
        return new BlockJudged(block.Hash, judgement, judgement == Judgement.Valid ? (byte)0 : (byte)Plan.FaultOfInvalid);
    }

    private Judgement JudgementOf(Block block)
    {
        Judgement honest = !World.IsValid(block) ? ChainWorker.JudgementOf(new BlockVerdict(Plan.FaultOfInvalid), block.Header)
            : block.Header.ParentHash != chain.HeadHash ? Judgement.Invalid
            : Plan.Judging(World, node.Index, block);
        if (cheat is not null) return cheat.Judge(block, honest);
        return node.IsHonest ? honest : Judgement.Valid;
    }

    private void Write(Commit m)
    {
        if (m.Block.Number != chain.Height + 1) return;
        _known.Clear();
        node.Commit(m.Block, m.Certificate);
        node.BeginHeight();
    }
}
