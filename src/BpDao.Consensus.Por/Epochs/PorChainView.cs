using System.Diagnostics.CodeAnalysis;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>All that block h depends on, read once on the state of its parent (protocol rule 2.7), with the node's own answers where the contracts
/// have none (protocol rule 2.8). A function of the parent: the same at every node.</summary>
/// <remarks>Not thread-safe: leaders are drawn when they are asked for.</remarks>
public sealed class PorChainView : ILeaderSchedule
{
    // EIP-2935.
    private static readonly Address BlockHashHistory = Address.Parse("0x0000f90827f1c53a10cb7a02335b175320002935");

    private readonly IContractCaller _caller;
    private readonly EpochStore _epochs;
    private readonly Dictionary<uint, uint> _leaders = [];

    // The parent's beginBlock did not take place, whatever its receipt says: a contract may answer and do nothing (protocol rule 2.8).
    private readonly bool _isSafeMode;

    private PorChainView(IContractCaller caller, EpochStore epochs, BlockHeader parent, BlockRecord parentRecord)
    {
        _caller = caller;
        _epochs = epochs;
        Parent = parent;
        ParentRecord = parentRecord;
        GovernanceContract governance = new(caller);
        _isSafeMode = !governance.TryLastBegun(out ulong lastBegun) || lastBegun != parent.Number;
        Work = governance.TryActiveWorkAt(Height, out Address work) ? work : SystemContracts.Work;
        Contract = new WorkContract(caller, Work);

        WorkContext fallback = epochs.LastGoodContext() ?? ContextBounds.Default;
        WorkContext context = default;
        bool sound = !_isSafeMode && Contract.TryContext(out context) && ContextBounds.Holds(context) && Follows(context);
        Context = sound ? context : Advance(fallback);
        IsSound = sound;
        Bench = epochs.BenchOf(Epoch)
            ?? throw new InvalidDataException($"The bench of epoch {Epoch} is not in the database, although block {parent.Number} is.");
    }

    public BlockHeader Parent { get; }

    public BlockRecord ParentRecord { get; }

    /// <summary>h.</summary>
    public ulong Height => Parent.Number + 1;

    public ulong Epoch => Context.Epoch;

    /// <summary>p, from 0.</summary>
    public ulong Position => Context.Position;

    /// <summary>The Work contract in force for h.</summary>
    public Address Work { get; }

    public WorkContract Contract { get; }

    /// <summary>Numbers for h: the contract's, or the last good ones.</summary>
    public WorkContext Context { get; }

    /// <summary>The contract answered soundly, and began the parent.</summary>
    public bool IsSound { get; }

    /// <summary>Who votes about h.</summary>
    public Bench Bench { get; }

    public AvailabilityContract Availability => new(_caller);

    public BeaconContract Beacon => new(_caller);

    /// <summary>SYSTEM's nonce for transaction 0.</summary>
    public ulong NonceOf(Address account) => _caller.NonceOf(account);

    /// <param name="parent">Committed.</param>
    public static PorChainView Open(IContractCaller parentState, EpochStore epochs, BlockHeader parent)
    {
        BlockRecord record = epochs.RecordOf(parent.Number)
            ?? throw new InvalidDataException($"The engine's record of block {parent.Number} is not in the database, although the block is.");
        return new PorChainView(parentState, epochs, parent, record);
    }

    /// <summary>A slot of <see cref="Bench"/>: the contract's answer, or the native draw where it names nobody who votes.</summary>
    public uint LeaderOf(uint round)
    {
        if (_leaders.TryGetValue(round, out uint known)) return known;
        uint leader = !_isSafeMode && Contract.TryProducerAt(Height, round, out uint slot) && Bench.Find(slot) is not null
            ? slot
            : NativeDraw.LeaderOf(Bench, Parent.MixHash, Height, round);
        _leaders[round] = leader;
        return leader;
    }

    /// <summary>The record that block h must carry: the next epoch's bench in an epoch's first block (the benches of epochs 0 and 1 are
    /// genesis'); null when none is due, or the contract does not answer with a bench.</summary>
    public Bench? DueRecord()
    {
        if (Position != 0 || Epoch == 0 || !Availability.TryBenchEntries(Epoch + 1, out IReadOnlyList<BenchEntry> entries)) return null;
        BenchMember[] members = [.. entries.Select(e => new BenchMember(e.Slot, e.Identity, e.Key, e.Weight))];
        return Bench.TryCreate(Epoch + 1, members, out Bench? bench) ? bench : null;
    }

    /// <summary>What joins the mix of h (protocol rule 8.1): null unless h begins an epoch; zero when no salts of the last epoch are there.</summary>
    public Hash256? SaltAccumulator()
    {
        if (Position != 0) return null;
        return Beacon.TrySaltEpoch(out ulong saltEpoch) && saltEpoch + 1 == Epoch && Beacon.TrySaltAccumulator(out Hash256 accumulator)
            ? accumulator
            : Hash256.Zero;
    }

    /// <summary>mix_h for a reveal.</summary>
    public Hash256 MixWith(Hash256 reveal) => Blocks.Mix.Next(Parent.MixHash, reveal, Height, SaltAccumulator());

    /// <summary>The onion that a slot must open next; false when the contract does not say, or no layer is left that a block could check.</summary>
    public bool TryOnion(uint slot, out OnionState onion) =>
        Availability.TryOnion(slot, out onion) && onion.LayersLeft > 0 && onion.Hashes is > 0 and <= MaxHashes;

    /// <summary>Whether a reveal opens that slot's onion. Where nobody can tell it must be zero: a free choice would be a choice of leaders.</summary>
    public bool IsRightReveal(uint slot, Hash256 reveal) =>
        TryOnion(slot, out OnionState onion) ? KeccakOnion.Opens(reveal, onion.Hashes, onion.Tip) : reveal.IsZero;

    /// <summary>Hash of an ancestor, by the history contract (EIP-2935): the parent, or one of the 8191 before it.</summary>
    public bool TryHashOf(ulong height, out Hash256 hash)
    {
        hash = Parent.Hash;
        if (height == Parent.Number) return true;
        ContractCallResult answer = _caller.Call(BlockHashHistory, ((UInt256)height).ToBigEndian());
        bool ok = answer.Success && answer.Output.Length == Hash256.Size;
        hash = ok ? new Hash256(answer.Output.Span) : default;
        return ok && !hash.IsZero;
    }

    /// <summary>The bench that voted about a committed height.</summary>
    public bool TryBenchAt(ulong height, out ulong epoch, [NotNullWhen(true)] out Bench? bench)
    {
        (epoch, bench) = (0, null);
        if (height == Height) (epoch, bench) = (Epoch, Bench);
        else if (height < Height && _epochs.RecordOf(height) is { } record) (epoch, bench) = (record.Epoch, _epochs.BenchOf(record.Epoch));
        return bench is not null;
    }

    // At most 64 hashes are ever checked (protocol rule 8.1).
    private const uint MaxHashes = 64;

    // A clock that stands still or jumps would let an unsound contract choose who votes.
    private bool Follows(in WorkContext c) =>
        Parent.Number == 0
            ? c is { Epoch: 0, Position: 0 }
            : (c.Epoch == ParentRecord.Epoch && c.Position == ParentRecord.Position + 1) || (c.Epoch == ParentRecord.Epoch + 1 && c.Position == 0);

    private WorkContext Advance(in WorkContext last)
    {
        if (Parent.Number == 0) return last with { Epoch = 0, Position = 0 };
        ulong next = ParentRecord.Position + 1;
        return next < last.EpochLength
            ? last with { Epoch = ParentRecord.Epoch, Position = next }
            : last with { Epoch = ParentRecord.Epoch + 1, Position = 0 };
    }
}
