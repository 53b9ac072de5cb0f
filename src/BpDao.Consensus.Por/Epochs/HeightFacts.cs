using System.Collections.Concurrent;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>What the contracts say about block h on the state of its parent, and the node's own answers where they say nothing sound (protocol
/// rules 2.7, 2.8). A function of the parent, so it is read once and kept: an unsound contract burns all the gas of every read. Thread-safe.</summary>
internal sealed class HeightFacts
{
    private readonly ConcurrentDictionary<uint, uint> _leaders = new();
    private UInt256[]? _parameters;

    private HeightFacts(Address work, EpochClock clock, WorkContext context, bool isSound, Bench bench) =>
        (Work, Clock, Context, IsSound, Bench) = (work, clock, context, isSound, bench);

    public Address Work { get; }

    public EpochClock Clock { get; }

    public WorkContext Context { get; }

    /// <summary>The parent was begun, and the Work contract answers. When it does not say how large a block is, it is not asked who leads either.</summary>
    public bool IsSound { get; }

    public Bench Bench { get; }

    public static HeightFacts Read(IContractCaller caller, EpochStore epochs, BlockHeader parent, BlockRecord parentRecord)
    {
        ulong height = parent.Number + 1;
        GovernanceContract governance = new(caller);
        Address work = governance.TryActiveWorkAt(height, out Address active) ? active : SystemContracts.Work;
        EpochClock clock = governance.TryClock(out ulong h0, out ulong e0, out ulong length) && Follows(h0, e0, length, parentRecord, height)
            ? new EpochClock(h0, e0, length)
            : epochs.LastGoodClock() ?? EpochClock.Default;
        (ulong epoch, ulong position) = (clock.EpochOf(height), clock.PositionOf(height));

        // A contract may answer and do nothing: whatever its receipt says, a parent that was not begun is a safe-mode block.
        bool isParentBegun = governance.TryLastBegun(out ulong lastBegun) && lastBegun == parent.Number;
        WorkContext context = default;
        bool isSound = isParentBegun && TrySoundContext(caller, work, out context);
        if (!isSound) context = epochs.LastGoodContext() ?? GenesisContext(caller, work);
        context = context with { Epoch = epoch, Position = position, EpochLength = clock.Length };
        Bench bench = epochs.BenchAt(height, epoch)
            ?? throw new InvalidDataException($"The bench of epoch {epoch} is not in the database, although block {parent.Number} is.");
        return new HeightFacts(work, clock, context, isSound, bench);
    }

    /// <summary>The contract's answer, or the native draw where it names nobody who votes.</summary>
    public uint LeaderOf(IContractCaller caller, BlockHeader parent, uint round)
    {
        if (_leaders.TryGetValue(round, out uint known)) return known;
        ulong height = parent.Number + 1;
        uint leader = IsSound && new WorkContract(caller, Work).TryProducerAt(height, round, out uint slot) && Bench.Find(slot) is not null
            ? slot
            : NativeDraw.LeaderOf(Bench, parent.MixHash, height, round);
        if (_leaders.Count < MaxLeaders) _leaders[round] = leader;
        return leader;
    }

    /// <summary>Values in force by number; null when the contract does not answer.</summary>
    public UInt256[]? Parameters(IContractCaller caller)
    {
        if (_parameters is null && IsSound && new WorkContract(caller, Work).TryParameters(out UInt256[] values)) _parameters = values;
        return _parameters;
    }

    // A height that stays open for long asks for many rounds.
    private const int MaxLeaders = 256;

    // A clock that stands still or jumps would choose who votes.
    private static bool Follows(ulong h0, ulong e0, ulong length, BlockRecord parent, ulong height)
    {
        if (length == 0 || h0 > height) return false;
        EpochClock clock = new(h0, e0, length);
        (ulong epoch, ulong position) = (clock.EpochOf(height), clock.PositionOf(height));
        if (height == 1) return epoch == 0 && position == 0;
        return (epoch == parent.Epoch && position == parent.Position + 1) || (epoch == parent.Epoch + 1 && position == 0);
    }

    private static bool TrySoundContext(IContractCaller caller, Address work, out WorkContext context) =>
        new WorkContract(caller, work).TryContext(out context) && ContextBounds.Holds(context);

    // Before any contract has answered, the genesis WSC's parameters are the last good ones.
    private static WorkContext GenesisContext(IContractCaller caller, Address asked) =>
        asked != SystemContracts.Work && TrySoundContext(caller, SystemContracts.Work, out WorkContext context) ? context : ContextBounds.Default;
}
