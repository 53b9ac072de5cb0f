using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>One validator: the real state machine on a disk that survives and a memory that does not.</summary>
internal sealed class SimulatedNode
{
    private readonly World _world;
    private readonly NodeChain _chain;
    private readonly NodeEffects _effects;
    private readonly Behaviour? _cheat;
    private int _incarnation;
    private bool _isDownloading;

    public SimulatedNode(World world, int index, uint slot)
    {
        (_world, Index, Slot) = (world, index, slot);
        _cheat = world.Plan.Cheats.GetValueOrDefault(slot);
        IsHonest = !world.IsByzantine(slot);
        Store = new CrashableSafetyStore(world.Plan.StoresSync);
        Store.BeforeWrite = _ => MayCrash();
        Store.AfterWrite = _ => MayCrash();
        _chain = new NodeChain(world);
        _effects = new NodeEffects(this, _chain, _cheat);
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

    public IReadOnlyList<(Block Block, Certificate Certificate)> Chain => _chain.Blocks;

    public ulong Committed => _chain.Height;

    /// <summary>Weight of this voter at the height being decided; 0 while it may not sign there.</summary>
    public UInt256 VotingWeight => Safety is { TakesPart: true } ? Bench.WeightOf(Slot) : UInt256.Zero;

    /// <summary>The bench of the height being decided.</summary>
    public Bench Bench => _chain.BenchAt(Committed + 1);

    /// <summary>What this node takes for the time, in milliseconds.</summary>
    public long Clock => _world.Now + _world.Plan.ClockError(Index, _world.Now);

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
        BeginHeight();
        foreach (SimulatedNode other in _world.Nodes)
        {
            if (other.Index != Index && other.IsUp && IsUp)
            {
                Process(new PeerConnected(World.PeerOf(other.Index)));
                other.Process(new PeerConnected(World.PeerOf(Index)));
            }
        }
    }

    /// <summary>Power is gone, or the process ended; it comes back by itself.</summary>
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
        (IsUp, IsOff, _isDownloading) = (false, true, false);
        _incarnation++;
        Store.PowerCut();
        _world.Witness.OnPowerCut(this);
        if (_chain.Height > 0 && _world.Random.Next(100) < _world.Plan.LostTailPercent) _chain.LoseHead();
    }

    /// <summary><c>--por.unsafe-reset</c>: the operator knows that nothing was signed that is not remembered.</summary>
    public void Reset()
    {
        Store.Erase();
        new SafetyRules(Store, TestBench.SignerOf(Slot), TestBench.Domain, _world.Plan.Rules).TakePartFrom(1);
    }

    /// <summary>Far behind: blocks come past the state machine, and it is told nothing until they are here, as the engine does while
    /// <c>IsFarBehind</c>.</summary>
    public void Download(SimulatedNode from, long milliseconds)
    {
        _isDownloading = true;
        Later(milliseconds, () =>
        {
            foreach ((Block block, Certificate certificate) in from.Chain.Skip((int)Committed)) Commit(block, certificate);
            _isDownloading = false;
            BeginHeight();
        });
    }

    public void Receive(PorMessage message, SimulatedNode from)
    {
        if (!IsUp || (_cheat is not null && !_cheat.Hear(this, message))) return;
        Handled++;
        _effects.Heard(message, from);
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
        if (!IsUp || _isDownloading) return;
        try
        {
            int incarnation = _incarnation;
            foreach (PorEffect effect in Protocol.Handle(e))
            {
                if (incarnation != _incarnation) return;
                _world.Witness.OnEffect(this, effect);
                _effects.CarryOut(effect);
                MayCrash();
            }
        }
        catch (Exception gone) when (gone is PowerCutException or IOException)
        {
            // A disk that takes nothing ends the engine, and with it the process.
            Crash();
        }
    }

    /// <summary>A block of this node on its own head; no two are alike.</summary>
    public Block NewBlock(ulong height, uint round, bool isInvalid = false) => new(
        new BlockHeader
        {
            Number = height,
            ParentHash = _chain.HeadHash,
            Timestamp = (ulong)Math.Max(Clock, _chain.HeadTime + World.BlockInterval),
            GasUsed = (ulong)((++_world.BlocksBuilt * 2) + (isInvalid ? 1 : 0)),
            ExtraData = new PorExtraData((uint)_world.EpochOf(height), round, 1, Slot).Encode(),
        },
        BlockBody.Empty);

    /// <summary>The next block of the chain.</summary>
    public void Commit(Block block, Certificate certificate)
    {
        if (block.Header.ParentHash != _chain.HeadHash) _world.Witness.OnForeignParent(this, block);
        _chain.Add(block, certificate);
        _world.Witness.OnCommit(this, block, certificate);
    }

    /// <summary>The state machine goes on above the head.</summary>
    public void BeginHeight()
    {
        HeightContext context = _chain.Next(Clock);
        _world.Witness.OnContext(this, context);
        Process(new HeightStarted(context));
    }

    /// <summary>Unless power is lost before.</summary>
    public void Later(long milliseconds, Action action)
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
