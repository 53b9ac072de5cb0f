using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Synchronization;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>One validator: the real state machine on a disk that survives and a memory that does not. Effects are carried out on virtual time.</summary>
internal sealed class SimulatedNode
{
    private readonly World _world;
    private readonly List<(Block Block, Certificate Certificate)> _chain = [];
    private readonly Behaviour? _cheat;
    private readonly HashSet<(int Peer, PorMessage Message)> _known = [];
    private int _incarnation;
    private long _roundTimer;

    public SimulatedNode(World world, int index, uint slot)
    {
        (_world, Index, Slot) = (world, index, slot);
        _cheat = world.Plan.Cheats.GetValueOrDefault(slot);
        IsHonest = !world.IsByzantine(slot);
        Store = new CrashableSafetyStore(world.Plan.StoresSync);
        Store.BeforeWrite = _ => MayCrash();
        Store.AfterWrite = _ => MayCrash();
    }

    public int Index { get; }

    public uint Slot { get; }

    public bool IsHonest { get; }

    public bool IsUp { get; private set; }

    /// <summary>Switched off until somebody switches it on.</summary>
    public bool IsOff { get; private set; }

    public CrashableSafetyStore Store { get; }

    public SafetyRules? Safety { get; private set; }

    public PorProtocol Protocol { get; private set; } = null!;

    public World World => _world;

    public IReadOnlyList<(Block Block, Certificate Certificate)> Chain => _chain;

    public ulong Committed => (ulong)_chain.Count;

    /// <summary>Messages that reached the state machine.</summary>
    public long Handled { get; private set; }

    /// <summary>Messages that left, each peer counted.</summary>
    public long Sent { get; private set; }

    public void Start()
    {
        (IsUp, IsOff) = (true, false);
        IVotingRules rules = _world.Plan.Rules;
        Safety = new SafetyRules(Store, TestBench.SignerOf(Slot), TestBench.Domain, rules);
        // A bench without spare weight may need everybody's vote before anybody has heard that the network is new.
        if (_world.Now == 0 && _world.Plan.IsKnownToBeNew) Safety.TakePartFrom(1);
        Protocol = new PorProtocol(Safety, rules, _world.Verifier);
        Process(NextHeight());
        foreach (SimulatedNode other in _world.Nodes)
        {
            if (other.Index != Index && other.IsUp && IsUp)
            {
                Process(new PeerConnected(World.PeerOf(other.Index)));
                other.Process(new PeerConnected(World.PeerOf(Index)));
            }
        }
    }

    /// <summary>Power is gone; it comes back by itself.</summary>
    public void Crash()
    {
        SwitchOff();
        IsOff = false;
        int incarnation = _incarnation;
        _world.After(10 + _world.Random.Next(3000), () =>
        {
            if (incarnation == _incarnation) Start();
        });
    }

    /// <summary>Power is gone until <see cref="Start"/>.</summary>
    public void SwitchOff()
    {
        (IsUp, IsOff) = (false, true);
        _incarnation++;
        Store.PowerCut();
        _world.Witness.OnPowerCut(this);
        if (_chain.Count > 0 && _world.Random.Next(100) < _world.Plan.LostTailPercent) _chain.RemoveAt(_chain.Count - 1);
    }

    /// <summary><c>--por.unsafe-reset</c>: the operator knows that nothing was signed that is not remembered.</summary>
    public void Reset()
    {
        Store.Erase();
        new SafetyRules(Store, TestBench.SignerOf(Slot), TestBench.Domain, _world.Plan.Rules).TakePartFrom(1);
    }

    public void Receive(PorMessage message, SimulatedNode from)
    {
        if (!IsUp || (_cheat is not null && !_cheat.Hear(this, message))) return;
        Handled++;
        if (_world.Plan.Relays) _known.Add((from.Index, message));
        _world.Witness.OnDelivery(this, message);
        Process(new MessageReceived(message, World.PeerOf(from.Index)));
    }

    /// <summary>Says something that the state machine did not.</summary>
    public void Say(SimulatedNode to, PorMessage message)
    {
        Sent++;
        if (message is Proposal p) _world.Witness.OnShown(p.Block);
        _world.Send(this, to, message);
    }

    public void Process(PorEvent e)
    {
        if (!IsUp) return;
        try
        {
            int incarnation = _incarnation;
            foreach (PorEffect effect in Protocol.Handle(e))
            {
                if (incarnation != _incarnation) return;
                _world.Witness.OnEffect(this, effect);
                CarryOut(effect);
                MayCrash();
            }
        }
        catch (PowerCutException)
        {
            Crash();
        }
    }

    private void CarryOut(PorEffect effect)
    {
        switch (effect)
        {
            case Broadcast m:
                foreach (SimulatedNode other in _world.Nodes)
                {
                    if (other.Index == Index) continue;
                    if (_world.Plan.Relays) _known.Add((other.Index, m.Message));
                    Tell(other, m.Message);
                }

                break;
            case Send m:
                Tell(_world.NodeOf(m.Peer), m.Message);
                break;
            case Relay m:
                PassOn(m);
                break;
            case StartTimer m:
                long timer = ++_roundTimer;
                Later(m.Milliseconds + (m.Milliseconds * _world.Plan.TimerSkewPerMille(Index) / 1000), () =>
                {
                    if (timer == _roundTimer) Process(new RoundExpired(m.Height, m.Round));
                });
                break;
            case StartResend m:
                Later(m.Milliseconds + _world.Random.Next(100), () => Process(new ResendDue(m.Height)));
                break;
            case AwaitBlockTime m:
                Later(World.BlockInterval, () => Process(new BlockTimeReached(m.Height, m.Round)));
                break;
            case BuildProposal m:
                Later(_cheat?.BuildingTime ?? 5, () => Process(new BlockBuilt(m.Height, m.Round, Build(m))));
                break;
            case Judge m:
                Later(_world.Plan.JudgingTime(_world.Random, Index), () => Process(new BlockJudged(m.Block.Hash, JudgementOf(m.Block), 0)));
                break;
            case Alarm when !IsHonest && _cheat is null && !_world.Plan.TwinsHear:
                // Who cheats does not stop because it was noticed.
                Later(20, () =>
                {
                    SwitchOff();
                    Start();
                });
                break;
            case Commit m:
                Later(1 + _world.Random.Next(5), () => Write(m));
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
                Tell(_world.PeerFor(Index, m.Hint, m.Attempt), new GetBlockMessage(m.BlockHash));
                break;
            case AskCertifiedBlock m:
                Tell(_world.PeerFor(Index, m.Hint, m.Attempt), new GetCertificateMessage(m.Height));
                break;
            case ServeBlock m when _chain.Find(c => c.Block.Hash == m.BlockHash) is { Block: not null } found:
                Tell(_world.NodeOf(m.Peer), new BlockMessage(found.Block));
                break;
            case ServeCertifiedBlock m when m.Height >= 1 && m.Height <= Committed:
                (Block block, Certificate certificate) = _chain[(int)m.Height - 1];
                Tell(_world.NodeOf(m.Peer), new CertifiedBlockMessage(block, certificate));
                break;
            case ServeCertificate m when m.Height >= 1 && m.Height <= Committed:
                (Block committed, Certificate its) = _chain[(int)m.Height - 1];
                BlockCertificate c = new(MessageKind.Vote2, _world.EpochOf(m.Height), m.Height, committed.Hash, its);
                Tell(_world.NodeOf(m.Peer), new BlockCertificateMessage(c));
                break;
        }
    }

    // The transport's rule: a few peers that are not known to have it, others than the sender.
    private void PassOn(Relay m)
    {
        if (!_world.Plan.Relays) return;
        int from = m.From is { } peer ? _world.NodeOf(peer).Index : Index;
        int left = RelayMemory.FanoutOf(_world.Nodes.Count - 1);
        int start = _world.Random.Next(_world.Nodes.Count);
        for (int i = 0; i < _world.Nodes.Count && left > 0; i++)
        {
            SimulatedNode other = _world.Nodes[(start + i) % _world.Nodes.Count];
            if (other.Index == Index || other.Index == from || !_known.Add((other.Index, m.Message))) continue;
            left--;
            Tell(other, m.Message);
        }
    }

    private void Tell(SimulatedNode to, PorMessage message)
    {
        if (_cheat is null)
        {
            Say(to, message);
            return;
        }

        foreach (PorMessage said in _cheat.Tell(this, to, message)) Say(to, said);
    }

    private Block Build(BuildProposal m)
    {
        // Only a copied key of a random history shows what it knows to be invalid.
        bool isInvalid = !IsHonest && _cheat is null && _world.Random.Next(6) == 0;
        Block block = NewBlock(m.Height, m.Round, isInvalid);
        block = _cheat?.Build(this, block) ?? block;
        _world.Keep(block, _cheat?.Carry(m.Material) ?? m.Material);
        return block;
    }

    /// <summary>A block of this node on its own head; no two are alike.</summary>
    public Block NewBlock(ulong height, uint round, bool isInvalid = false) => new(
        new BlockHeader
        {
            Number = height,
            ParentHash = ParentHash,
            Timestamp = (ulong)_world.Now,
            GasUsed = (ulong)((++_world.BlocksBuilt * 2) + (isInvalid ? 1 : 0)),
            ExtraData = new PorExtraData((uint)_world.EpochOf(height), round, 1, Slot).Encode(),
        },
        BlockBody.Empty);

    private Judgement JudgementOf(Block block)
    {
        Judgement honest = !World.IsValid(block) || block.Header.ParentHash != ParentHash ? Judgement.Invalid : _world.Plan.Judging(_world, Index, block);
        if (_cheat is not null) return _cheat.Judge(block, honest);
        return IsHonest ? honest : Judgement.Valid;
    }

    private void Write(Commit m)
    {
        if (m.Block.Number != Committed + 1) return;
        if (m.Block.Header.ParentHash != ParentHash) _world.Witness.OnForeignParent(this, m.Block);
        _known.Clear();
        _chain.Add((m.Block, m.Certificate));
        _world.Witness.OnCommit(this, m.Block, m.Certificate);
        Process(NextHeight());
    }

    private HeightStarted NextHeight()
    {
        ulong height = Committed + 1;
        Bench bench = BenchAt(height);
        CommittedParent? parent = _chain.Count == 0 ? null : new CommittedParent(_world.EpochOf(Committed), BenchAt(Committed), _chain[^1].Certificate);
        ulong since = _chain.Count == 0 ? 0 : (ulong)_world.Now - _chain[^1].Block.Header.Timestamp;
        ProposalMaterial? carried = _chain.Count == 0 ? null : _world.MaterialOf(_chain[^1].Block);
        HeightContext context = TestBench.Context(height, ParentHash, bench, r => _world.LeaderOf(height, r, bench), parent) with
        {
            Epoch = _world.EpochOf(height),
            IsRecent = since <= 10 * World.BlockInterval,
            MayBeBehind = (since / (ulong)World.BlockInterval) + 1,
            Carried = carried is null ? [] : CarriedBy(carried, Committed),
            CarriedRejections = carried is null ? [] : [.. carried.Rejections.Select(r => Keccak256.Hash(r.HeaderRlp.Span))],
        };
        _world.Witness.OnContext(this, context);
        return new HeightStarted(context);
    }

    private static List<CarriedVotes> CarriedBy(ProposalMaterial material, ulong height)
    {
        List<CarriedVotes> carried = [.. material.Against.Concat(material.Late).Select(v => new CarriedVotes(v.Height, v.Votes.Signers))];
        if (material.ParentCertificate is { } parent) carried.Add(new CarriedVotes(height - 1, parent.Signers));
        return carried;
    }

    // Fixed by the state after the last block of the epoch before the last.
    private Bench BenchAt(ulong height)
    {
        ulong epoch = _world.EpochOf(height);
        return _world.BenchOf(epoch, epoch < 2 ? TestBench.GenesisHash : _chain[(int)((epoch - 1) * _world.Plan.EpochLength) - 1].Block.Hash);
    }

    private Hash256 ParentHash => _chain.Count == 0 ? TestBench.GenesisHash : _chain[^1].Block.Hash;

    private void Later(long milliseconds, Action action)
    {
        int incarnation = _incarnation;
        _world.After(milliseconds, () =>
        {
            if (incarnation == _incarnation) action();
        });
    }

    private void MayCrash()
    {
        if (IsUp && _world.Now > 0 && _world.CrashesNow()) throw new PowerCutException();
    }
}

/// <summary>Power is gone, here and now.</summary>
internal sealed class PowerCutException : Exception;
