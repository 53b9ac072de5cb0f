using System.Buffers.Binary;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>Benches and block records of the committed chain, in the engine's own column; never pruned (ADR 0004). Thread-safe.</summary>
/// <param name="rescue">Null but on a network that was dead.</param>
public sealed class EpochStore(IEngineRecords records, Bench genesis, BenchRescue? rescue = null)
{
    private const int CachedBenches = 16;

    // The head's, and those of blocks that RPC asks about.
    private const int KeptFacts = 16;

    private static readonly byte[] LastGoodContextKey = "context"u8.ToArray();
    private static readonly byte[] LastGoodClockKey = "clock"u8.ToArray();

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Bench> _benches = [];
    private readonly Dictionary<Hash256, HeightFacts> _facts = [];
    private readonly Queue<Hash256> _factsByAge = new();
    private readonly ExpectedRecords _expected = new();
    private EpochStore? _beforeRescue;

    private EpochStore(IEngineRecords records, Bench genesis, ExpectedRecords expected)
        : this(records, genesis) => _expected = expected;

    /// <summary>Who votes in an epoch; null when that is not decided yet.</summary>
    public Bench? BenchOf(ulong epoch)
    {
        lock (_lock)
        {
            if (_benches.TryGetValue(epoch, out Bench? cached)) return cached;
        }

        Bench? bench = Read(epoch);
        if (bench is null) return null;
        lock (_lock)
        {
            if (_benches.Count >= CachedBenches) _benches.Clear();
            _benches[epoch] = bench;
        }

        return bench;
    }

    public BenchRescue? Rescue => rescue;

    /// <summary>The same records, and everybody counts: how a block was judged before the network died.</summary>
    public EpochStore BeforeRescue => rescue is null ? this : _beforeRescue ??= new EpochStore(records, genesis, _expected);

    /// <summary>Who decides about a block: the epoch's bench, without those that operators have given up (<see cref="BenchRescue"/>).</summary>
    public Bench? BenchAt(ulong height, ulong epoch)
    {
        Bench? bench = BenchOf(epoch);
        if (bench is null || rescue is null || !rescue.Covers(height, epoch)) return bench;
        return rescue.RestOf(bench) ?? throw new InvalidDataException($"The rescue of block {rescue.Height} leaves nobody on the bench of epoch {epoch}.");
    }

    /// <summary>Of a committed block; null above the head.</summary>
    public BlockRecord? RecordOf(ulong height)
    {
        if (height == 0) return BlockRecord.Genesis;
        return Get(BlockKey(height)) is { } encoded ? BlockRecord.Decode(encoded) : null;
    }

    /// <summary>The Work contract's answers when they were last sound (protocol rule 2.8); null before the first block.</summary>
    public WorkContext? LastGoodContext() => Get(LastGoodContextKey) is { } encoded ? DecodeContext(encoded) : null;

    /// <summary>The epoch clock when it was last sound; null before the first block.</summary>
    public EpochClock? LastGoodClock() => Get(LastGoodClockKey) is { } encoded ? EpochClock.Decode(encoded) : null;

    /// <summary>What holds for the child of a block; read when it is not known yet.</summary>
    internal HeightFacts FactsOn(Hash256 parent, Func<HeightFacts> read)
    {
        lock (_lock)
        {
            if (_facts.TryGetValue(parent, out HeightFacts? known)) return known;
        }

        HeightFacts facts = read();
        lock (_lock)
        {
            if (!_facts.TryAdd(parent, facts)) return _facts[parent];
            _factsByAge.Enqueue(parent);
            if (_factsByAge.Count > KeptFacts) _facts.Remove(_factsByAge.Dequeue());
        }

        return facts;
    }

    /// <summary>These will be in the database when their block is: while blocks are appended, the next one is judged before that.</summary>
    public void Expect(IReadOnlyList<EngineRecord> decided) => _expected.Add(decided);

    public static EngineRecord Record(in EpochClock clock) => new(LastGoodClockKey, clock.Encode());

    public static EngineRecord Record(ulong height, BlockRecord record) => new(BlockKey(height), record.Encode());

    public static EngineRecord Record(Bench bench) => new(BenchKey(bench.Epoch), BenchRecord.Encode(bench));

    public static EngineRecord Record(in WorkContext context) => new(LastGoodContextKey, EncodeContext(context));

    private byte[]? Get(byte[] key) => _expected.Find(key) ?? records.Get(key);

    private Bench? Read(ulong epoch)
    {
        if (Get(BenchKey(epoch)) is { } encoded)
        {
            return BenchRecord.TryDecode(encoded, out Bench? bench) ? bench : throw new InvalidDataException($"The bench record of epoch {epoch} is damaged.");
        }

        return epoch switch
        {
            0 => genesis,
            1 => genesis.RepeatedIn(1),
            _ => null,
        };
    }

    private static byte[] EncodeContext(in WorkContext c) => new RlpWriter(96).StartList()
        .Write(c.Epoch).Write(c.Position).Write(c.EpochLength).Write(c.BlockReward).Write(c.BlockGasLimit).Write(c.SystemGasLimit)
        .Write(c.MinBlockInterval).Write(c.TimerBase).Write(c.TimerBackoff).Write(c.TimerCap).EndList().ToArray();

    private static WorkContext DecodeContext(ReadOnlySpan<byte> encoded)
    {
        RlpReader outer = new(encoded);
        Span<ulong> v = stackalloc ulong[10];
        bool ok = outer.TryReadList(out RlpReader r);
        for (int i = 0; i < v.Length; i++) ok = ok && r.TryReadUInt64(out v[i]);
        return ok && r.AtEnd
            ? new WorkContext(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9])
            : throw new InvalidDataException("The engine's record of the Work contract is damaged.");
    }

    private static byte[] BenchKey(ulong epoch) => Key((byte)'e', epoch);

    private static byte[] BlockKey(ulong height) => Key((byte)'b', height);

    private static byte[] Key(byte kind, ulong number)
    {
        byte[] key = new byte[9];
        key[0] = kind;
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(1), number);
        return key;
    }
}
