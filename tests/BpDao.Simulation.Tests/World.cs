using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests;

/// <summary>Several validators, a bad network and a clock that jumps from event to event. The same seed gives the same history.</summary>
internal sealed class World
{
    public const long BlockInterval = 100;

    public const string NoProgress = "no progress after healing";

    // Time enough to climb down from the longest round timer (8 s) several times.
    private const long HealingDeadline = 180_000;

    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly SimulatedNetwork _network;
    private readonly int _crashPerMille;
    private readonly long _chaosEnds;
    private long _now;
    private long _order;

    public World(int seed, IVotingRules? rules = null, bool storesSync = true)
    {
        Random = new Random(seed);
        Rules = rules ?? VotingRules.Default;
        StoresSync = storesSync;
        bool withTwin = Random.Next(2) == 0;
        ulong[] weights = Random.Next(3) switch { 0 => [3, 3, 3, 2], 1 => [4, 3, 2, 2], _ => [1, 1, 1, 1] };
        Bench = TestBench.Of(0, weights);
        Witness = new Witness(this);
        _network = new SimulatedNetwork(Random, withTwin ? 5 : 4);
        _crashPerMille = Random.Next(3) switch { 0 => 0, 1 => 2, _ => 8 };
        _chaosEnds = 4_000 + Random.Next(8_000);
        for (int i = 0; i < 4; i++) Nodes.Add(new SimulatedNode(this, i, (uint)i, isHonest: !withTwin || i != 3));
        // The twin has the key of node 3 and a disk of its own: together they may do whatever two honest halves can.
        if (withTwin) Nodes.Add(new SimulatedNode(this, 4, 3, isHonest: false));
    }

    public Random Random { get; }

    public IVotingRules Rules { get; }

    public bool StoresSync { get; }

    public Bench Bench { get; }

    public Witness Witness { get; }

    public List<SimulatedNode> Nodes { get; } = [];

    public int BlocksBuilt { get; set; }

    /// <summary>Odd blocks break a rule.</summary>
    public static bool IsValid(Block block) => block.Header.GasUsed % 2 == 0;

    /// <summary>What went wrong first; null for a good history.</summary>
    public string? Run()
    {
        foreach (SimulatedNode node in Nodes) node.Start();
        for (long t = 500; t < _chaosEnds; t += 500 + Random.Next(1500)) After(t, _network.Repartition);
        RunUntil(_chaosEnds, () => Witness.Fault is not null);
        _network.Heal();
        ulong goal = Nodes.Max(n => n.Committed) + 2;
        long healed = _now;
        RunUntil(healed + HealingDeadline, () => Witness.Fault is not null || Nodes.TrueForAll(n => !n.IsHonest || n.Committed >= goal));
        Witness.CheckCertificates();
        if (Witness.Fault is not null) return Witness.Fault;
        return Nodes.TrueForAll(n => !n.IsHonest || n.Committed >= goal)
            ? null : $"{NoProgress}: {string.Join(", ", Nodes.Select(n => n.Committed))}, goal {goal}";
    }

    public void After(long milliseconds, Action action) => _events.Enqueue(action, (_now + milliseconds, _order++));

    public void Send(SimulatedNode from, SimulatedNode to, PorMessage message)
    {
        // Twins that hear each other would notice that their key is in use elsewhere.
        if (from.Slot == to.Slot) return;
        foreach (long delay in _network.Carry(from.Index, to.Index))
        {
            PorMessage carried = Random.Next(64) == 0 ? Reencoded(message) : message;
            After(delay, () => to.Process(new MessageReceived(carried, PeerOf(from.Index))));
        }
    }

    public bool CrashesNow() => !_network.IsHealed && Random.Next(1000) < _crashPerMille;

    public static uint LeaderOf(ulong height, uint round) => (uint)(Keccak256.Hash([(byte)height, (byte)round]).Bytes[0] % 4);

    public static PeerId PeerOf(int index) => TestBench.PeerOf((uint)index);

    public SimulatedNode NodeOf(PeerId peer) => Nodes.Find(n => PeerOf(n.Index) == peer)!;

    public SimulatedNode PeerFor(int asking, PeerId? hint, int attempt)
    {
        List<SimulatedNode> others = Nodes.FindAll(n => n.Index != asking);
        return attempt == 0 && hint is { } peer ? NodeOf(peer) : others[attempt % others.Count];
    }

    private void RunUntil(long end, Func<bool> isDone)
    {
        while (_events.TryPeek(out _, out (long Time, long Order) next) && next.Time <= end && !isDone())
        {
            Action action = _events.Dequeue();
            _now = next.Time;
            action();
        }

        if (!isDone()) _now = end;
    }

    private static PorMessage Reencoded(PorMessage message) =>
        MessageCodec.TryDecode(MessageCodec.Encode(message), out PorMessage? copy) ? copy
        : throw new InvalidOperationException($"A {message.GetType().Name} cannot be read back.");
}
