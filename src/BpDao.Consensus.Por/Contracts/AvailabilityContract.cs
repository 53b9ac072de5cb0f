using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Contracts;

/// <summary>Reads and calls of Availability (<c>IAvailability.sol</c>).</summary>
public sealed class AvailabilityContract(IContractCaller caller)
{
    /// <summary>Most entries that one <see cref="TryBenchEntries"/> may ask for within the gas of a read.</summary>
    public const uint MaxEntriesPerRead = 256;

    public static readonly AbiFunction Signal = AbiFunction.Parse("signal(uint256,bytes,bytes,bytes32)(uint32)");
    public static readonly AbiFunction RequestLeave = AbiFunction.Parse("requestLeave(uint256)");

    /// <summary>epoch, keccak256 of the record, W, count.</summary>
    internal static readonly AbiEvent BenchFixed = AbiEvent.Parse("BenchFixed(uint64 indexed,bytes32,uint256,uint32)");

    internal static readonly AbiFunction BenchEntries =
        AbiFunction.Parse("benchEntries(uint64,uint32,uint32)((uint32,address,bytes,uint112)[],uint32)");

    internal static readonly AbiFunction BenchInfo = AbiFunction.Parse("benchInfo(uint64)((uint64,uint64,bytes32,uint256,uint32))");
    internal static readonly AbiFunction BondOf = AbiFunction.Parse(
        "bond(uint32)((address,bytes,uint8,uint112,uint112,uint112,uint64,uint64,uint64,uint32,uint64))");

    internal static readonly AbiFunction OnionOf = AbiFunction.Parse("onion(uint32)((bytes32,uint32,uint32,uint32,bytes32,uint64,uint32))");
    internal static readonly AbiFunction ExpectedReveal = AbiFunction.Parse("expectedReveal(uint32)(bytes32,uint32,uint32)");
    internal static readonly AbiFunction WantsReady = AbiFunction.Parse("wantsReady(uint32)(bool)");
    internal static readonly AbiFunction SlotOfKey = AbiFunction.Parse("slotOfKey(bytes)(uint32)");
    internal static readonly AbiFunction SlotCount = AbiFunction.Parse("slotCount()(uint32)");
    internal static readonly AbiFunction Liability = AbiFunction.Parse("liability(uint64,uint32)(uint256,uint256,bool)");
    internal static readonly AbiFunction Domain = AbiFunction.Parse("domain()(bytes32)");

    /// <summary>The bench of <paramref name="epoch"/>, all pages of it, by ascending slot.</summary>
    public bool TryBenchEntries(ulong epoch, out IReadOnlyList<BenchEntry> entries)
    {
        List<BenchEntry> all = [];
        entries = all;
        uint from = 0;
        while (from != WorkContract.NoSlot)
        {
            if (!caller.TryRead(SystemContracts.Availability, BenchEntries, out object[]? results, epoch, from, MaxEntriesPerRead)) return false;
            object[] page = (object[])results[0];
            foreach (object item in page)
            {
                object[] e = (object[])item;
                all.Add(new BenchEntry(e[0].ToUInt32(), (Address)e[1], (byte[])e[2], (UInt256)e[3]));
            }

            uint next = results[1].ToUInt32();
            // An unsound contract must not keep the node reading for ever: only the last page is not full.
            if (all.Count > Bench.MaxMembers || (next != WorkContract.NoSlot && (next <= from || page.Length < MaxEntriesPerRead))) return false;
            from = next;
        }

        return true;
    }

    /// <summary>Whether Availability said in these logs that this is the bench of that epoch.</summary>
    public static bool HasFixed(IReadOnlyList<LogEntry> logs, ulong epoch, Hash256 recordHash)
    {
        foreach (LogEntry log in logs)
        {
            if (log.Address == SystemContracts.Availability && BenchFixed.TryDecode(log, out object[]? values)
                && values[0].ToUInt64() == epoch && values[1].ToHash() == recordHash)
            {
                return true;
            }
        }

        return false;
    }

    public bool TryBenchInfo(ulong epoch, out BenchInfo info)
    {
        info = default;
        if (!caller.TryRead(SystemContracts.Availability, BenchInfo, out object[]? results, epoch)) return false;
        object[] i = (object[])results[0];
        info = new BenchInfo(i[0].ToUInt64(), i[1].ToUInt64(), i[2].ToHash(), (UInt256)i[3], i[4].ToUInt32());
        return true;
    }

    public bool TryBond(uint slot, out BondState bond)
    {
        bond = default!;
        if (!caller.TryRead(SystemContracts.Availability, BondOf, out object[]? results, slot)) return false;
        object[] b = (object[])results[0];
        bond = new BondState(
            (Address)b[0], (byte[])b[1], (BondStatus)b[2].ToUInt32(), (UInt256)b[3], (UInt256)b[4], (UInt256)b[5], b[7].ToUInt64(), b[8].ToUInt64(),
            b[9].ToUInt32());
        return true;
    }

    public bool TryOnion(uint slot, out OnionState onion)
    {
        onion = default;
        if (!caller.TryRead(SystemContracts.Availability, OnionOf, out object[]? results, slot)) return false;
        object[] o = (object[])results[0];
        onion = new OnionState(
            o[0].ToHash(), o[1].ToUInt32(), o[2].ToUInt32(), o[3].ToUInt32(), o[4].ToHash(), o[5].ToUInt64(), o[6].ToUInt32());
        return true;
    }

    /// <summary>What the producer of a slot must open next: keccak256 applied <c>hashes</c> times to the reveal gives <c>tip</c>;
    /// <c>layer</c> counts from the tip (protocol rule 8.1).</summary>
    public bool TryExpectedReveal(uint slot, out Hash256 tip, out uint hashes, out uint layer)
    {
        (tip, hashes, layer) = (default, 0, 0);
        if (!caller.TryRead(SystemContracts.Availability, ExpectedReveal, out object[]? results, slot)) return false;
        (tip, hashes, layer) = (results[0].ToHash(), results[1].ToUInt32(), results[2].ToUInt32());
        return true;
    }

    /// <summary>Whether a READY of that slot would change something now (protocol rule 3.3).</summary>
    public bool TryWantsReady(uint slot, out bool wants)
    {
        bool ok = caller.TryRead(SystemContracts.Availability, WantsReady, out object[]? results, slot);
        wants = ok && (bool)results![0];
        return ok;
    }

    /// <summary>Whether bonds that served in that epoch for the last time are still locked, so that something can be taken for what was done in it (protocol
    /// rules 3.3, 7.1b). The same for all slots.</summary>
    public bool TryLocked(ulong epoch, out bool isLocked)
    {
        bool ok = caller.TryRead(SystemContracts.Availability, Liability, out object[]? results, epoch, 0u);
        isLocked = ok && (bool)results![2];
        return ok;
    }

    /// <summary>Slots in use or used before are below it.</summary>
    public bool TrySlotCount(out uint count)
    {
        bool ok = caller.TryRead(SystemContracts.Availability, SlotCount, out object[]? results);
        count = ok ? results![0].ToUInt32() : 0;
        return ok;
    }

    /// <summary><see cref="WorkContract.NoSlot"/> when no bond has that consensus key.</summary>
    public bool TrySlotOfKey(ReadOnlyMemory<byte> key, out uint slot)
    {
        bool ok = caller.TryRead(SystemContracts.Availability, SlotOfKey, out object[]? results, key);
        slot = ok ? results![0].ToUInt32() : WorkContract.NoSlot;
        return ok;
    }
}

/// <summary>One entry of a bench record (protocol rule 3.1).</summary>
/// <param name="Weight">REP in wei.</param>
public sealed record BenchEntry(uint Slot, Address Identity, ReadOnlyMemory<byte> Key, UInt256 Weight);

/// <param name="Source">The epoch under whose number the record was hashed; another one than <paramref name="Epoch"/> only after safe mode.</param>
/// <param name="TotalWeight">W, REP in wei.</param>
public readonly record struct BenchInfo(ulong Epoch, ulong Source, Hash256 RecordHash, UInt256 TotalWeight, uint Count);

/// <summary><c>BondStatus</c> of <c>Types.sol</c>.</summary>
public enum BondStatus : byte
{
    Absent,
    Pending,
    Active,
    Inactive,
    Exiting,
}

/// <summary>A bond as Availability holds it; amounts are REP in wei.</summary>
/// <param name="Pending">Part of <paramref name="Reputation"/> that waits for admission.</param>
/// <param name="Exiting">In the exit queue, not part of <paramref name="Reputation"/>.</param>
/// <param name="ReadyEpoch">Last epoch in which a READY was carried.</param>
/// <param name="JailedUntil">First epoch of freedom.</param>
public sealed record BondState(
    Address Identity, ReadOnlyMemory<byte> Key, BondStatus Status, UInt256 Reputation, UInt256 Pending, UInt256 Exiting, ulong ReadyEpoch,
    ulong JailedUntil, uint MissesInRow);

/// <summary>A bond's onion (protocol rule 8.1); see <c>Onion</c> of <c>Types.sol</c>.</summary>
/// <param name="Hashes">One and the unopened layers.</param>
/// <param name="Counter">Layers used.</param>
/// <param name="NextTip">Zero when no renewal waits.</param>
/// <param name="Renewals">k of the seed in use.</param>
public readonly record struct OnionState(
    Hash256 Tip, uint Hashes, uint Counter, uint LayersLeft, Hash256 NextTip, ulong NextTipEpoch, uint Renewals);
