using System.Diagnostics.CodeAnalysis;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>All that block h depends on, read on the state of its parent (protocol rule 2.7), with the node's own answers where the contracts
/// have none (protocol rule 2.8). A function of the parent: the same at every node. Thread-safe as far as its caller is.</summary>
public sealed class PorChainView : ILeaderSchedule
{
    // EIP-2935.
    private static readonly Address BlockHashHistory = Address.Parse("0x0000f90827f1c53a10cb7a02335b175320002935");

    private readonly IContractCaller _caller;
    private readonly EpochStore _epochs;
    private readonly HeightFacts _facts;

    private PorChainView(IContractCaller caller, EpochStore epochs, BlockHeader parent, BlockRecord parentRecord)
    {
        (_caller, _epochs, Parent, ParentRecord) = (caller, epochs, parent, parentRecord);
        _facts = epochs.FactsOn(parent.Hash, () => HeightFacts.Read(caller, epochs, parent, parentRecord));
        Contract = new WorkContract(caller, Work);
    }

    public BlockHeader Parent { get; }

    public BlockRecord ParentRecord { get; }

    /// <summary>h.</summary>
    public ulong Height => Parent.Number + 1;

    public ulong Epoch => Context.Epoch;

    /// <summary>p, from 0.</summary>
    public ulong Position => Context.Position;

    public EpochClock Clock => _facts.Clock;

    /// <summary>The Work contract in force for h.</summary>
    public Address Work => _facts.Work;

    public WorkContract Contract { get; }

    /// <summary>Numbers for h: the contract's, or the last good ones.</summary>
    public WorkContext Context => _facts.Context;

    /// <summary>The Work contract answered soundly, and the parent was begun.</summary>
    public bool IsSound => _facts.IsSound;

    /// <summary>Who votes about h.</summary>
    public Bench Bench => _facts.Bench;

    public AvailabilityContract Availability => new(_caller);

    public BeaconContract Beacon => new(_caller);

    public JudiciaryContract Judiciary => new(_caller);

    public ReputationContract Reputation => ReputationContract.Rep(_caller);

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
    public uint LeaderOf(uint round) => _facts.LeaderOf(_caller, Parent, round);

    /// <summary>A parameter of the Work contract in force (<see cref="WorkParameters"/>); null when the contract does not answer.</summary>
    public UInt256? Parameter(int id) => _facts.Parameters(_caller) is { } values && id < values.Length ? values[id] : null;

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
        else if (height < Height && _epochs.RecordOf(height) is { } record) (epoch, bench) = (record.Epoch, _epochs.BenchAt(height, record.Epoch));
        return bench is not null;
    }

    /// <summary>Whether a height up to this one is of that epoch, as far as the state tells (protocol rule 7.1a): who cheated at one is not to answer with
    /// what it weighed at another.</summary>
    public bool CanBeOf(ulong height, ulong epoch) => height <= Height && epoch <= Epoch && Clock.CanBeOf(height, epoch);

    /// <summary>Who voted in an epoch up to this one; null when this node was not told.</summary>
    public Bench? BenchOf(ulong epoch) => epoch <= Epoch ? _epochs.BenchOf(epoch) : null;

    /// <summary>Who of them decides about a height of that epoch: all but those whom operators have given up (ADR 0019).</summary>
    public Bench? VotersAt(ulong height, ulong epoch) => epoch <= Epoch ? _epochs.BenchAt(height, epoch) : null;

    /// <summary>Evidence of that epoch may be carried: its bonds answer for it (protocol rule 7.1b). So no block asks for a bench from before the unbonding
    /// time, whatever its proposer dug up; without an answer of the contracts no evidence is valid.</summary>
    public bool IsLiable(ulong epoch) => epoch <= Epoch && Availability.TryLocked(epoch, out bool isLocked) && isLocked;

    // At most 64 hashes are ever checked (protocol rule 8.1).
    private const uint MaxHashes = 64;
}
