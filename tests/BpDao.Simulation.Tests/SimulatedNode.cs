using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests;

/// <summary>One validator: the real state machine on a disk that survives and a memory that does not. Effects are carried out on virtual time.</summary>
internal sealed class SimulatedNode
{
    private readonly World _world;
    private readonly List<(Block Block, Certificate Certificate)> _chain = [];
    private readonly CrashableSafetyStore _store;
    private PorProtocol _protocol = null!;
    private int _incarnation;
    private long _roundTimer;

    public SimulatedNode(World world, int index, uint slot, bool isHonest)
    {
        (_world, Index, Slot, IsHonest) = (world, index, slot, isHonest);
        _store = new CrashableSafetyStore(world.StoresSync);
        _store.BeforeWrite = _ => MayCrash();
        _store.AfterWrite = _ => MayCrash();
    }

    public int Index { get; }

    public uint Slot { get; }

    public bool IsHonest { get; }

    public bool IsUp { get; private set; }

    public IReadOnlyList<(Block Block, Certificate Certificate)> Chain => _chain;

    public ulong Committed => (ulong)_chain.Count;

    public void Start()
    {
        IsUp = true;
        IVotingRules rules = _world.Rules;
        SafetyRules safety = new(_store, TestBench.SignerOf(Slot), TestBench.Domain, rules);
        _protocol = new PorProtocol(safety, rules, TestBench.Verifier);
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

    public void Crash()
    {
        IsUp = false;
        _incarnation++;
        _store.PowerCut();
        _world.After(10 + _world.Random.Next(3000), Start);
    }

    public void Process(PorEvent e)
    {
        if (!IsUp) return;
        try
        {
            int incarnation = _incarnation;
            foreach (PorEffect effect in _protocol.Handle(e))
            {
                if (incarnation != _incarnation) return;
                _world.Witness.Observe(this, effect);
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
                    if (other.Index != Index) _world.Send(this, other, m.Message);
                }

                break;
            case Send m:
                _world.Send(this, _world.NodeOf(m.Peer), m.Message);
                break;
            case StartTimer m:
                long timer = ++_roundTimer;
                Later(m.Milliseconds, () =>
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
                Later(5, () => Process(new BlockBuilt(m.Height, m.Round, Build(m))));
                break;
            case Judge m:
                Later(1 + _world.Random.Next(20), () => Process(new BlockJudged(m.Block.Hash, JudgementOf(m.Block), 0)));
                break;
            case Commit m:
                Later(1 + _world.Random.Next(5), () => Write(m));
                break;
            case AskBlock m:
                _world.Send(this, _world.PeerFor(Index, m.Hint, m.Attempt), new GetBlockMessage(m.BlockHash));
                break;
            case AskCertifiedBlock m:
                _world.Send(this, _world.PeerFor(Index, m.Hint, m.Attempt), new GetCertificateMessage(m.Height));
                break;
            case ServeBlock m when _chain.Find(c => c.Block.Hash == m.BlockHash) is { Block: not null } found:
                _world.Send(this, _world.NodeOf(m.Peer), new BlockMessage(found.Block));
                break;
            case ServeCertifiedBlock m when m.Height >= 1 && m.Height <= Committed:
                (Block block, Certificate certificate) = _chain[(int)m.Height - 1];
                _world.Send(this, _world.NodeOf(m.Peer), new CertifiedBlockMessage(block, certificate));
                break;
            case ServeCertificate m when m.Height >= 1 && m.Height <= Committed:
                (Block committed, Certificate its) = _chain[(int)m.Height - 1];
                _world.Send(this, _world.NodeOf(m.Peer), new BlockCertificateMessage(new BlockCertificate(MessageKind.Vote2, 0, m.Height, committed.Hash, its)));
                break;
        }
    }

    private Block Build(BuildProposal m)
    {
        // Only somebody who cheats shows what he knows to be invalid.
        bool invalid = !IsHonest && _world.Random.Next(6) == 0;
        return TestBench.Block(m.Height, ParentHash, m.Round, Slot, (++_world.BlocksBuilt * 2) + (invalid ? 1 : 0));
    }

    private Judgement JudgementOf(Block block) => !IsHonest || World.IsValid(block) ? Judgement.Valid : Judgement.Invalid;

    private void Write(Commit m)
    {
        if (m.Block.Number != Committed + 1) return;
        _chain.Add((m.Block, m.Certificate));
        _world.Witness.OnCommit(this, m.Block);
        Process(NextHeight());
    }

    private HeightStarted NextHeight()
    {
        CommittedParent? parent = _chain.Count == 0 ? null : new CommittedParent(0, _world.Bench, _chain[^1].Certificate);
        return new HeightStarted(TestBench.Context(Committed + 1, ParentHash, _world.Bench, r => World.LeaderOf(Committed + 1, r), parent));
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
        if (IsUp && _world.CrashesNow()) throw new PowerCutException();
    }
}

/// <summary>Power is gone, here and now.</summary>
internal sealed class PowerCutException : Exception;
