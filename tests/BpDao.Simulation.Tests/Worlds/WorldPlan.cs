using BpDao.Consensus;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Histories;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>Who takes part in a history, on which network, and what goes wrong. Slot i is node i; the copies of twins come after all slots.</summary>
internal sealed record WorldPlan
{
    public int Seed { get; init; }

    /// <summary>Slots that there are, on the bench or not.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>Weights by slot of an epoch, 0 for who is not on its bench, from the last block that may decide them: that of the epoch
    /// before the last (genesis for the first two).</summary>
    public Func<ulong, Hash256, ulong[]> Weights { get; init; } = (_, _) => [1, 1, 1, 1];

    /// <summary>Blocks of an epoch.</summary>
    public ulong EpochLength { get; init; } = ulong.MaxValue;

    /// <summary>Slot that leads; null for a draw by hash among the bench.</summary>
    public Func<ulong, uint, uint>? Leader { get; init; }

    /// <summary>Slots whose key runs on a second machine, too. They count as Byzantine.</summary>
    public IReadOnlyList<uint> Twins { get; init; } = [];

    /// <summary>Copies of a key hear each other.</summary>
    public bool TwinsHear { get; init; }

    /// <summary>Evidence against all keys is collected from what honest nodes are shown.</summary>
    public bool Accounts { get; init; }

    /// <summary>Slots that cheat, and how.</summary>
    public IReadOnlyDictionary<uint, Behaviour> Cheats { get; init; } = new Dictionary<uint, Behaviour>();

    public Func<Random, int, SimulatedNetwork> Network { get; init; } = (_, _) => new DirectedNetwork(d => 1 + d.Random.Next(20));

    /// <summary>Nodes begin knowing that nobody has a past: as told by <c>--por.unsafe-reset</c>, or by a peer at once.</summary>
    public bool IsKnownToBeNew { get; init; }

    /// <summary>Nodes pass on what was new and true.</summary>
    public bool Relays { get; init; }

    /// <summary>Crashes in a thousand effects and writes, before <see cref="ChaosEnds"/>.</summary>
    public int CrashPerMille { get; init; }

    /// <summary>Crashes in a hundred that cost the chain's store its last block.</summary>
    public int LostTailPercent { get; init; }

    /// <summary>The rule that invalid blocks break; it decides what the engine makes of it.</summary>
    public BlockError FaultOfInvalid { get; init; } = BlockError.InvalidStateRoot;

    /// <summary>Milliseconds by which a node's clock is ahead, by node and true time.</summary>
    public Func<int, long, long> ClockError { get; init; } = (_, _) => 0;

    /// <summary>Time of judging in milliseconds, by node.</summary>
    public Func<Random, int, long> JudgingTime { get; init; } = (random, _) => 1 + random.Next(20);

    /// <summary>An honest node's answer about a block that is valid; anything but valid is a broken or slow node.</summary>
    public Func<World, int, Block, Judgement> Judging { get; init; } = (_, _, _) => Judgement.Valid;

    /// <summary>Milliseconds by which a node's timers run longer, in a thousand.</summary>
    public Func<int, int> TimerSkewPerMille { get; init; } = _ => 0;

    public long ChaosEnds { get; init; }

    // ---- negative controls

    public IVotingRules Rules { get; init; } = VotingRules.Default;

    public ICertificateScheme Scheme { get; init; } = FakeScheme.Instance;

    public bool StoresSync { get; init; } = true;

    /// <summary>Weights of the random plans; slot 3 has less than a third everywhere.</summary>
    private static readonly ulong[][] Benches = [[1, 1, 1, 1], [3, 3, 3, 2], [4, 3, 2, 2], [0, 3, 3, 2], [2, 2, 2, 0], [5, 4, 4, 3]];

    /// <summary>The same history with a producer that forges in place of one whose key runs twice.</summary>
    public static WorldPlan OfForger(int seed) => Of(seed) with { Twins = [], Cheats = new Dictionary<uint, Behaviour> { [3] = new Forging(seed) } };

    /// <summary>A bad network with crashes, changing benches in a third of the seeds and, in half of them, a producer whose key runs twice.</summary>
    public static WorldPlan Of(int seed)
    {
        Random random = new(seed);
        bool withTwin = random.Next(2) == 0;
        bool withEpochs = random.Next(3) == 0;
        ulong[] first = Benches[random.Next(3)];
        return new WorldPlan
        {
            Seed = seed,
            Twins = withTwin ? [3] : [],
            Weights = withEpochs ? (epoch, last) => epoch < 2 ? first : Benches[last.Bytes[1] % Benches.Length] : (_, _) => first,
            EpochLength = withEpochs ? (ulong)(1 + random.Next(4)) : ulong.MaxValue,
            IsKnownToBeNew = withEpochs,
            Network = (r, participants) => new RandomNetwork(r, participants),
            Relays = random.Next(8) == 0,
            CrashPerMille = random.Next(3) switch { 0 => 0, 1 => 2, _ => 8 },
            Judging = random.Next(4) == 0 ? (world, _, _) => world.Random.Next(10) == 0 ? Judgement.Silent : Judgement.Valid : (_, _, _) => Judgement.Valid,
            ChaosEnds = 3_000 + random.Next(6_000),
        };
    }
}
