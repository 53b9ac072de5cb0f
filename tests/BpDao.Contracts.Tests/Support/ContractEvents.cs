using BpDao.Core.Abi;

namespace BpDao.Contracts.Tests.Support;

/// <summary>Events that tests look for and the node does not.</summary>
internal static class ContractEvents
{
    /// <summary>height, kind, includer's slot, weight, REP paid to the includer, late.</summary>
    public static readonly AbiEvent VotesCarried = AbiEvent.Parse("VotesCarried(uint64 indexed,uint8,uint32 indexed,uint256,uint256,bool)");

    /// <summary>height, round, slot, penalty in REP wei, waived.</summary>
    public static readonly AbiEvent Missed = AbiEvent.Parse("Missed(uint64 indexed,uint32 indexed,uint32 indexed,uint256,bool)");

    /// <summary>slot, epoch, reason.</summary>
    public static readonly AbiEvent Inactive = AbiEvent.Parse("Inactive(uint32 indexed,uint64 indexed,bytes32)");

    /// <summary>slot, identity, weight, epoch.</summary>
    public static readonly AbiEvent Joined = AbiEvent.Parse("Joined(uint32 indexed,address indexed,uint256,uint64 indexed)");

    /// <summary>height, what it is, its index, why not.</summary>
    public static readonly AbiEvent ItemSkipped = AbiEvent.Parse("ItemSkipped(uint64 indexed,bytes32 indexed,uint256,bytes32)");

    /// <summary>identity, slot, REP wei, reason.</summary>
    public static readonly AbiEvent RepCredited = AbiEvent.Parse("RepCredited(address indexed,uint32 indexed,uint256,bytes32)");

    /// <summary>job, REP wei.</summary>
    public static readonly AbiEvent CreditJobDone = AbiEvent.Parse("CreditJobDone(uint256 indexed,uint256)");

    /// <summary>height, generation.</summary>
    public static readonly AbiEvent BagRefilled = AbiEvent.Parse("BagRefilled(uint64 indexed,uint32)");

    /// <summary>slot, tip, epoch.</summary>
    public static readonly AbiEvent OnionRenewalScheduled = AbiEvent.Parse("OnionRenewalScheduled(uint32 indexed,bytes32,uint64)");

    /// <summary>identity, receiver, $ wei from REP, $ wei from gREP.</summary>
    public static readonly AbiEvent SalaryPaid = AbiEvent.Parse("SalaryPaid(address indexed,address indexed,uint256,uint256)");

    /// <summary>height, epoch, producer's slot, round.</summary>
    public static readonly AbiEvent BlockBegun = AbiEvent.Parse("BlockBegun(uint64 indexed,uint64 indexed,uint32 indexed,uint32)");

    /// <summary>height, block hash, producer's slot, round, weight against, REP slashed.</summary>
    public static readonly AbiEvent BlockRejected =
        AbiEvent.Parse("BlockRejected(uint64 indexed,bytes32 indexed,uint32 indexed,uint32,uint256,uint256)");

    /// <summary>escrow, REP to voters, REP burned.</summary>
    public static readonly AbiEvent EscrowSettled = AbiEvent.Parse("EscrowSettled(uint256 indexed,uint256,uint256)");
}
