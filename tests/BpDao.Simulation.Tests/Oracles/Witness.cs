using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;

namespace BpDao.Simulation.Tests.Oracles;

/// <summary>Sees every context, message and commit of honest nodes, when it happens, and says which theorem does not hold any more.</summary>
internal sealed class Witness(World world)
{
    // Leaders of a height that all nodes must agree on.
    private const uint RoundsCompared = 8;

    private readonly Dictionary<ulong, Hash256> _committed = [];
    private readonly Dictionary<ulong, HeightLedger> _ledgers = [];
    private readonly Dictionary<Hash256, (ulong Epoch, Bench Bench, uint[] Leaders)> _contexts = [];
    private readonly Dictionary<(ulong Height, uint Slot), List<PorMessage>> _signed = [];
    private readonly Dictionary<Hash256, Block> _blocks = [];
    private readonly HashSet<uint> _wentDown = [];

    /// <summary>The first one.</summary>
    public string? Fault { get; private set; }

    /// <summary>What the fault is about.</summary>
    public Theorem? Broken { get; private set; }

    /// <summary>Standing still is bad, but it is not what the broken rules are about.</summary>
    public bool IsUnsafe => Broken is not null and not Theorem.L1;

    /// <summary>Disagreements that were to be expected, as too many cheat.</summary>
    public int Forks { get; private set; }

    /// <summary>Rounds in which a node saw that more than a third is for the block and more than a third against it.</summary>
    public int Splits { get; private set; }

    /// <summary>What the theorems had to hold against.</summary>
    public Trials Trials { get; } = new();

    /// <summary>Slots that an honest node found to contradict themselves.</summary>
    public SortedSet<uint> Accused { get; } = [];

    /// <summary>Collects evidence of all keys, where the plan asks for it.</summary>
    public Accountant? Accountant { get; } = world.Plan.Accounts ? new Accountant() : null;

    public void Report(Theorem theorem, string fault)
    {
        // Where a third cheats nothing is promised but that the honest stay clean.
        if (world.Plan.Twins.Count > 1 && theorem is not (Theorem.A2 or Theorem.S7)) return;

        Broken ??= theorem;
        Fault ??= $"{theorem}: {fault}";
    }

    public void OnPowerCut(SimulatedNode node)
    {
        Trials.PowerCuts++;
        _wentDown.Add(node.Slot);
    }

    public void OnContext(SimulatedNode node, HeightContext context)
    {
        uint[] leaders = new uint[RoundsCompared];
        for (uint round = 0; round < RoundsCompared; round++) leaders[round] = context.Leaders.LeaderOf(round);
        if (_contexts.TryAdd(context.ParentHash, (context.Epoch, context.Bench, leaders))) return;
        Trials.Contexts++;
        (ulong epoch, Bench bench, uint[] others) = _contexts[context.ParentHash];
        if (epoch != context.Epoch || !leaders.AsSpan().SequenceEqual(others) || bench.TotalWeight != context.Bench.TotalWeight)
        {
            Report(Theorem.S5, $"node {node.Index} has another bench or other leaders for height {context.Height}");
        }
    }

    public void OnForeignParent(SimulatedNode node, Block block) =>
        Report(Theorem.S6, $"node {node.Index} commits block {block.Number} on another parent than its own head");

    public void OnCommit(SimulatedNode node, Block block, Certificate certificate)
    {
        if (!node.IsHonest) return;
        Trials.Commits++;
        if (!World.IsValid(block)) Report(Theorem.S4, $"node {node.Index} committed the invalid block {block.Number}");
        Accountant?.Add(new BlockCertificateMessage(new BlockCertificate(MessageKind.Vote2, world.EpochOf(block.Number), block.Number, block.Hash, certificate)));
        if (!_committed.TryAdd(block.Number, block.Hash) && _committed[block.Number] != block.Hash)
        {
            Forks++;
            Report(Theorem.S1, $"two blocks at height {block.Number}");
        }

        if (block.Number > 1 && _committed[block.Number - 1] != block.Header.ParentHash) Report(Theorem.S6, $"block {block.Number} does not follow block {block.Number - 1}");

        PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra);
        if (extra!.Value.Round < certificate.Round) Trials.Reproposals++;
        uint first = world.LeaderOf(block.Number, extra.Value.Round, _contexts[block.Header.ParentHash].Bench);
        if (extra.Value.Round > certificate.Round || extra.Value.Producer != first) Report(Theorem.A8, $"block {block.Number} is not its first proposer's");
    }

    public void OnDelivery(SimulatedNode node, PorMessage message)
    {
        if (node.IsHonest) Accountant?.Add(message);
    }

    public void OnEffect(SimulatedNode node, PorEffect effect)
    {
        if (node.IsHonest) Vouch(node, effect);
        switch (effect)
        {
            case RoundFailed m:
                Trials.FailedRounds++;
                if (m.SplitOver is not null) Splits++;
                break;
            case BuildProposal m when m.Material.Rejections.Count > 0:
                Trials.Rejections++;
                break;
            case Alarm m when node.IsHonest:
                OnAlarm(node, m);
                break;
            case Contradiction m when node.IsHonest:
                Accused.UnionWith(m.Evidence.Offenders);
                if (m.Evidence.Offenders.FirstOrDefault(slot => !world.IsByzantine(slot), uint.MaxValue) is var slot and < uint.MaxValue)
                {
                    Report(Theorem.A2, $"{m.Evidence} is held against the honest node {slot}");
                }

                break;
            case Broadcast { Message: Vote vote } when node.IsHonest:
                Compare(node, vote.Height, vote);
                if (_blocks.TryGetValue(vote.BlockHash, out Block? block)) Note(LedgerOf(node, vote.Height).Add(vote, World.IsValid(block)));
                break;
            case Broadcast { Message: TimeoutMessage timeout } when node.IsHonest:
                Compare(node, timeout.Height, timeout);
                Note(LedgerOf(node, timeout.Height).Add(timeout));
                break;
            case Broadcast { Message: Proposal proposal } when node.IsHonest:
                Compare(node, proposal.Height, proposal);
                OnShown(proposal.Block);
                break;
        }
    }

    /// <summary>Somebody shows a block to somebody.</summary>
    public void OnShown(Block block)
    {
        if (_blocks.TryAdd(block.Hash, block) && !World.IsValid(block)) Trials.InvalidProposals++;
    }

    /// <summary>Adds up what the heights were tried with.</summary>
    public Trials Count()
    {
        (Trials.Histories, Trials.Steps) = (1, world.Steps);
        foreach (HeightLedger ledger in _ledgers.Values)
        {
            Trials.TimeoutsChecked += ledger.TimeoutsChecked;
            Trials.CertificatesCompared += ledger.CertificatesCompared;
        }

        return Trials;
    }

    private void OnAlarm(SimulatedNode node, Alarm alarm)
    {
        Theorem? theorem = alarm.Kind switch
        {
            AlarmKind.Divergence => Theorem.S4,
            AlarmKind.ConflictingCommit => Theorem.S1,
            AlarmKind.KeyInUseElsewhere => Theorem.S7,
            _ => null,
        };
        if (theorem is { } broken) Report(broken, $"node {node.Index}: {alarm.Kind}, {alarm.Detail}");
    }

    // Certificates carry others' word; an honest node that passes one on has checked it.
    private void Vouch(SimulatedNode node, PorEffect effect)
    {
        PorMessage? message = effect switch
        {
            Broadcast m => m.Message,
            Relay m => m.Message,
            Send m => m.Message,
            _ => null,
        };
        switch (message)
        {
            case BlockCertificateMessage { Certificate: var c } when c.Height == node.Committed + 1:
                Note(LedgerOf(node, c.Height).Add(c));
                break;
            case TimeoutCertificateMessage m when m.Height == node.Committed + 1:
                Note(LedgerOf(node, m.Height).Add(m.Certificate, m.Height));
                break;
            case Proposal { Justification: { } tc } p when p.Height == node.Committed + 1:
                Note(LedgerOf(node, p.Height).Add(tc, p.Height));
                break;
            case StatusMessage { Highest: { } tc } s when s.Committed == node.Committed:
                Note(LedgerOf(node, s.Committed + 1).Add(tc, s.Committed + 1));
                break;
        }
    }

    private void Compare(SimulatedNode node, ulong height, PorMessage message)
    {
        if (!_signed.TryGetValue((height, node.Slot), out List<PorMessage>? before)) _signed.Add((height, node.Slot), before = []);
        // What is said again is the same object or an equal one.
        if (before.Contains(message)) return;
        foreach (PorMessage earlier in before)
        {
            Trials.MessagesCompared++;
            if (Evidence.Between(earlier, message) is { } evidence)
            {
                Report(_wentDown.Contains(node.Slot) ? Theorem.S7 : Theorem.A2, $"{evidence} against the honest node {node.Index} at height {height}");
            }
        }

        if (Evidence.In(message) is { } alone) Report(Theorem.A2, $"{alone} against the honest node {node.Index} at height {height}");
        before.Add(message);
    }

    private HeightLedger LedgerOf(SimulatedNode node, ulong height)
    {
        if (!_ledgers.TryGetValue(height, out HeightLedger? ledger))
        {
            Hash256 parent = node.Chain.Count == 0 ? TestBench.GenesisHash : node.Chain[^1].Block.Hash;
            _ledgers.Add(height, ledger = new HeightLedger(_contexts[parent].Bench, world.IsByzantine));
        }

        return ledger;
    }

    private void Note((Theorem Theorem, string Fault)? fault)
    {
        if (fault is { } f) Report(f.Theorem, f.Fault);
    }
}
