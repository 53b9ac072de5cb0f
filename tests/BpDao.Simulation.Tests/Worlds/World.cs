using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Oracles;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>Several validators, a network and a clock that jumps from event to event. The same plan gives the same history. After every step
/// the <see cref="Witness"/> has seen what was said and committed.</summary>
internal sealed class World
{
    public const long BlockInterval = 100;

    // Time enough to climb down from the longest round timer (8 s) several times.
    private const long HealingDeadline = 180_000;

    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly Dictionary<PeerId, SimulatedNode> _byPeer = [];
    private readonly Dictionary<Hash256, ProposalMaterial> _materials = [];
    private readonly Dictionary<(ulong Epoch, Hash256 FixedBy), Bench> _benches = [];
    private readonly Dictionary<(ulong Height, uint Round), byte> _draws = [];
    private readonly SimulatedNetwork _network;
    private readonly List<long> _arrivals = [];
    private long _order;

    public World(WorldPlan plan)
    {
        Plan = plan;
        Random = new Random(plan.Seed);
        Witness = new Witness(this);
        Verifier = new CertificateVerifier(TestBench.Domain, plan.Scheme);
        _network = plan.Network(Random, plan.Slots + plan.Twins.Count);
        for (int i = 0; i < plan.Slots; i++) Nodes.Add(new SimulatedNode(this, i, (uint)i));
        // A twin has a disk of its own: together the two may do whatever two honest halves can.
        foreach (uint slot in plan.Twins) Nodes.Add(new SimulatedNode(this, Nodes.Count, slot));
        foreach (SimulatedNode node in Nodes) _byPeer.Add(PeerOf(node.Index), node);
    }

    public WorldPlan Plan { get; }

    public Random Random { get; }

    public CertificateVerifier Verifier { get; }

    public Witness Witness { get; }

    public List<SimulatedNode> Nodes { get; } = [];

    public IEnumerable<SimulatedNode> Honest => Nodes.Where(n => n.IsHonest);

    public long Now { get; private set; }

    /// <summary>Events so far.</summary>
    public long Steps { get; private set; }

    public int BlocksBuilt { get; set; }

    /// <summary>Odd blocks break a rule.</summary>
    public static bool IsValid(Block block) => block.Header.GasUsed % 2 == 0;

    public bool IsByzantine(uint slot) => Plan.Twins.Contains(slot) || Plan.Cheats.ContainsKey(slot);

    /// <summary>A time of trouble, then a good network: what went wrong first, null for a good history.</summary>
    public string? Run()
    {
        StartAll();
        Repartition(Plan.ChaosEnds);
        RunUntil(Plan.ChaosEnds, () => Witness.Fault is not null);
        Heal();
        ulong goal = Nodes.Max(n => n.Committed) + 2;
        bool reached = Reach(goal, HealingDeadline);
        if (Witness.Fault is null && !reached)
        {
            if (IsHaltedByDesign()) Witness.Trials.Halted++;
            else Witness.Report(Theorem.L1, $"no progress after healing: {string.Join(", ", Nodes.Select(n => n.Committed))}, goal {goal}");
        }

        return Witness.Fault;
    }

    public void StartAll()
    {
        foreach (SimulatedNode node in Nodes) node.Start();
    }

    public void Heal() => _network.Heal();

    /// <summary>Cuts and joins the network now and then until that time.</summary>
    public void Repartition(long end)
    {
        for (long t = 500; t < end; t += 500 + Random.Next(1500)) After(t, _network.Repartition);
    }

    /// <summary>Runs until every honest node that is up has that many blocks; false when it takes longer, or something went wrong.</summary>
    public bool Reach(ulong blocks, long milliseconds)
    {
        bool IsThere() => Nodes.TrueForAll(n => !n.IsHonest || n.IsOff || n.Committed >= blocks);
        RunUntil(Now + milliseconds, () => Witness.Fault is not null || IsThere());
        return Witness.Fault is null && IsThere();
    }

    public void RunFor(long milliseconds) => RunUntil(Now + milliseconds, () => Witness.Fault is not null);

    public void After(long milliseconds, Action action) => _events.Enqueue(action, (Now + milliseconds, _order++));

    public void Send(SimulatedNode from, SimulatedNode to, PorMessage message)
    {
        // Twins that hear each other would notice that their key is in use elsewhere.
        if (from.Slot == to.Slot && !Plan.TwinsHear) return;
        _arrivals.Clear();
        _network.Carry(new Delivery(from.Index, to.Index, message, Now, Random), _arrivals);
        foreach (long delay in _arrivals)
        {
            PorMessage? carried = !from.IsHonest || Random.Next(64) == 0 ? Reencoded(message, from) : message;
            if (carried is not null) After(delay, () => to.Receive(carried, from));
        }
    }

    public bool CrashesNow() => Now < Plan.ChaosEnds && Plan.CrashPerMille > 0 && Random.Next(1000) < Plan.CrashPerMille;

    public ulong EpochOf(ulong height) => (height - 1) / Plan.EpochLength;

    /// <summary>Who votes in an epoch, as the block that fixed it says.</summary>
    public Bench BenchOf(ulong epoch, Hash256 fixedBy)
    {
        if (!_benches.TryGetValue((epoch, fixedBy), out Bench? bench)) _benches.Add((epoch, fixedBy), bench = TestBench.Of(epoch, Plan.Weights(epoch, fixedBy)));
        return bench;
    }

    public uint LeaderOf(ulong height, uint round, Bench bench) =>
        Plan.Leader?.Invoke(height, round) ?? bench.Members[Draw(height, round) % bench.Members.Count].Slot;

    public static PeerId PeerOf(int index) => TestBench.PeerOf((uint)index);

    public SimulatedNode NodeOf(PeerId peer) => _byPeer[peer];

    public SimulatedNode PeerFor(int asking, PeerId? hint, int attempt)
    {
        if (attempt == 0 && hint is { } peer) return NodeOf(peer);
        int other = attempt % (Nodes.Count - 1);
        return Nodes[other < asking ? other : other + 1];
    }

    /// <summary>What a block carries, as its payload would.</summary>
    public void Keep(Block block, ProposalMaterial material) => _materials[block.Hash] = material;

    public ProposalMaterial? MaterialOf(Block block) => _materials.GetValueOrDefault(block.Hash);

    // Asked for many times by every node: hashed once.
    private byte Draw(ulong height, uint round)
    {
        if (!_draws.TryGetValue((height, round), out byte drawn))
        {
            _draws.Add((height, round), drawn = Keccak256.Hash([(byte)(height >> 8), (byte)height, (byte)round]).Bytes[0]);
        }

        return drawn;
    }

    // A key that lost its record sits heights out. Where such keys and those that cheat are too many for a quorum, a height waits for its operators
    // (protocol rule 4.6).
    private bool IsHaltedByDesign()
    {
        SimulatedNode first = Honest.MaxBy(n => n.Committed)!;
        UInt256 voting = UInt256.Zero;
        foreach (SimulatedNode node in Honest) voting += node.VotingWeight;
        return !first.Bench.IsQuorum(voting);
    }

    private void RunUntil(long end, Func<bool> isDone)
    {
        while (_events.TryPeek(out _, out (long Time, long Order) next) && next.Time <= end && !isDone())
        {
            Action action = _events.Dequeue();
            Now = next.Time;
            Steps++;
            action();
        }

        if (!isDone()) Now = end;
    }

    // What cannot be read does not arrive; only who cheats says such things.
    private static PorMessage? Reencoded(PorMessage message, SimulatedNode from) =>
        MessageCodec.TryDecode(MessageCodec.Encode(message), out PorMessage? copy) ? copy
        : !from.IsHonest ? null : throw new InvalidOperationException($"A {message.GetType().Name} cannot be read back.");
}
