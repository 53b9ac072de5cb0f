using System.Text;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Contracts;

/// <summary>Reads and events of the Judiciary (<c>IJudiciary.sol</c>, protocol rules 7.1, 7.2). Kinds of offences are the numbers of E1 … E8.</summary>
public sealed class JudiciaryContract(IContractCaller caller)
{
    /// <summary>height of the offence, identity, slot, kind, epoch, weight, REP wei taken, the finder's slot or <see cref="WorkContract.NoSlot"/>.</summary>
    public static readonly AbiEvent EvidenceRecorded = AbiEvent.Parse(
        "EvidenceRecorded(uint64 indexed,address indexed,uint32 indexed,uint8,uint64,uint256,uint256,uint32)");

    /// <summary>escrow, identity, slot, kind, height, REP wei, block time from which it is settled.</summary>
    public static readonly AbiEvent Slashed = AbiEvent.Parse("Slashed(uint256 indexed,address indexed,uint32 indexed,uint8,uint64,uint256,uint64)");

    /// <summary>escrow, REP wei to voters, REP wei burned.</summary>
    public static readonly AbiEvent EscrowSettled = AbiEvent.Parse("EscrowSettled(uint256 indexed,uint256,uint256)");

    /// <summary>escrow, finder, the finder's slot, REP wei.</summary>
    public static readonly AbiEvent BountyPaid = AbiEvent.Parse("BountyPaid(uint256 indexed,address indexed,uint32 indexed,uint256)");

    /// <summary>height, "evidence", index in the payload, reason (see <see cref="TryRefusal"/>).</summary>
    public static readonly AbiEvent ItemSkipped = AbiEvent.Parse("ItemSkipped(uint64 indexed,bytes32 indexed,uint256,bytes32)");

    internal static readonly AbiFunction Convicted = AbiFunction.Parse("convicted(address,uint64,uint8)(bool)");
    internal static readonly AbiFunction Refusal = AbiFunction.Parse("refusal(uint8,uint64,uint64,uint32)(bytes32)");
    internal static readonly AbiFunction EscrowCount = AbiFunction.Parse("escrowCount()(uint256)");
    internal static readonly AbiFunction EscrowedTotal = AbiFunction.Parse("escrowedTotal()(uint256)");
    internal static readonly AbiFunction CorrelatedWeight = AbiFunction.Parse("correlatedWeight(uint64)(uint256)");
    internal static readonly AbiFunction SaltMisses = AbiFunction.Parse("saltMisses(address)(uint32,uint64)");

    internal static readonly AbiFunction Escrow = AbiFunction.Parse(
        "escrow(uint256)((address,uint32,uint8,bool,uint64,uint64,uint64,uint32,uint112,uint112,address))");

    /// <summary>Whether an identity was convicted of that kind of offence at that height. Two commit certificates (type 6) convict of kind 3.</summary>
    public bool TryConvicted(Address identity, ulong height, byte kind, out bool convicted)
    {
        bool ok = caller.TryRead(SystemContracts.Judiciary, Convicted, out object[]? results, identity, height, (uint)kind);
        convicted = ok && (bool)results![0];
        return ok;
    }

    /// <summary>Why a conviction would be refused in the next block; empty when it would not: "type", "slot", "future" (epoch or height to come),
    /// "left" (nobody is in the slot), "convicted" (already), "bench" (no weight in that epoch), "expired" (older than the unbonding time).
    /// Evidence with a reason need not be carried. For type 6 ask with kind 3 for each culprit.</summary>
    public bool TryRefusal(byte kind, ulong epoch, ulong height, uint slot, out string reason)
    {
        bool ok = caller.TryRead(SystemContracts.Judiciary, Refusal, out object[]? results, (uint)kind, epoch, height, slot);
        reason = ok ? Encoding.ASCII.GetString(results![0].ToHash().Bytes).TrimEnd('\0') : "";
        return ok;
    }

    /// <summary>Slashes so far; ids are below it.</summary>
    public bool TryEscrowCount(out ulong count)
    {
        bool ok = caller.TryRead(SystemContracts.Judiciary, EscrowCount, out object[]? results);
        count = ok ? results![0].ToUInt64() : 0;
        return ok;
    }

    /// <summary>REP wei that waits.</summary>
    public bool TryEscrowedTotal(out UInt256 total)
    {
        bool ok = caller.TryRead(SystemContracts.Judiciary, EscrowedTotal, out object[]? results);
        total = ok ? (UInt256)results![0] : default;
        return ok;
    }

    /// <summary>w of rule 7.1 as it stands for an offence of <paramref name="epoch"/>.</summary>
    public bool TryCorrelatedWeight(ulong epoch, out UInt256 weight)
    {
        bool ok = caller.TryRead(SystemContracts.Judiciary, CorrelatedWeight, out object[]? results, epoch);
        weight = ok ? (UInt256)results![0] : default;
        return ok;
    }

    /// <summary>Salts in a row that an identity did not reveal (E8), and the epoch of the last.</summary>
    public bool TrySaltMisses(Address identity, out uint count, out ulong lastEpoch)
    {
        bool ok = caller.TryRead(SystemContracts.Judiciary, SaltMisses, out object[]? results, identity);
        (count, lastEpoch) = ok ? (results![0].ToUInt32(), results[1].ToUInt64()) : (0, 0);
        return ok;
    }

    public bool TryEscrow(ulong id, out EscrowState escrow)
    {
        escrow = default!;
        if (!caller.TryRead(SystemContracts.Judiciary, Escrow, out object[]? results, id)) return false;
        object[] e = (object[])results[0];
        escrow = new EscrowState(
            (Address)e[0], e[1].ToUInt32(), (byte)e[2].ToUInt32(), (bool)e[3], e[4].ToUInt64(), e[5].ToUInt64(), e[7].ToUInt32(), (UInt256)e[8], (UInt256)e[9],
            (Address)e[10]);
        return true;
    }
}

/// <summary>A slash that waits or was settled (protocol rule 7.2). REP in wei; the finder is the zero address when there is no bounty.</summary>
public sealed record EscrowState(
    Address Identity, uint Slot, byte Kind, bool IsSettled, ulong Height, ulong MaturesAt, uint FinderSlot, UInt256 Amount, UInt256 ToVoters, Address Finder);
