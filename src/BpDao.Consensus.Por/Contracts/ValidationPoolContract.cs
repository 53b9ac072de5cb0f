using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Contracts;

/// <summary>Reads, calls and events of the ValidationPool (<c>IValidationPool.sol</c>).</summary>
public sealed class ValidationPoolContract(IContractCaller caller)
{
    public static readonly AbiFunction ClaimSalary = AbiFunction.Parse("claimSalary(address,address)(uint256)");

    /// <summary>height, income in wei.</summary>
    public static readonly AbiEvent IncomeTaken = AbiEvent.Parse("IncomeTaken(uint64 indexed,uint256)");

    /// <summary>height, epoch, producer's slot, income in wei, REP minted in wei.</summary>
    public static readonly AbiEvent PoolOpened = AbiEvent.Parse("PoolOpened(uint64 indexed,uint64 indexed,uint32 indexed,uint256,uint256)");

    /// <summary>height, verdict, then REP in wei: producer's pay, voters' pay, includers' pay, pay of the absent, lost stakes.</summary>
    public static readonly AbiEvent PoolSettled = AbiEvent.Parse("PoolSettled(uint64 indexed,bool,uint256,uint256,uint256,uint256,uint256)");

    internal static readonly AbiFunction Pool = AbiFunction.Parse(
        "pool(uint64)((uint8,uint64,uint64,uint32,uint112,uint112,uint256,uint256,uint256,uint256,uint256,uint64))");

    internal static readonly AbiFunction Accounted = AbiFunction.Parse("accounted()(uint256)");
    internal static readonly AbiFunction PendingVote = AbiFunction.Parse("pendingVote()(uint256)");
    internal static readonly AbiFunction VoteOf = AbiFunction.Parse("voteOf(uint64,uint32)(uint8)");

    public bool TryPool(ulong height, out BlockPool pool)
    {
        pool = default!;
        if (!caller.TryRead(SystemContracts.ValidationPool, Pool, out object[]? results, height)) return false;
        object[] p = (object[])results[0];
        pool = new BlockPool(
            (PoolState)p[0].ToUInt32(), p[1].ToUInt64(), p[2].ToUInt64(), p[3].ToUInt32(), (UInt256)p[4], (UInt256)p[5], (UInt256)p[6], (UInt256)p[7],
            (UInt256)p[8], (UInt256)p[9], (UInt256)p[10], p[11].ToUInt64());
        return true;
    }

    public bool TryAccounted(out UInt256 wei) => TryNumber(Accounted, out wei);

    public bool TryPendingVote(out UInt256 reputation) => TryNumber(PendingVote, out reputation);

    private bool TryNumber(AbiFunction function, out UInt256 value)
    {
        bool ok = caller.TryRead(SystemContracts.ValidationPool, function, out object[]? results);
        value = ok ? (UInt256)results![0] : default;
        return ok;
    }
}

/// <summary><c>PoolState</c> of <c>Types.sol</c>.</summary>
public enum PoolState : byte
{
    None,
    Open,
    Valid,
    Invalid,
}

/// <summary>The validation pool of one block. Halves are REP in wei, income is $ in wei, weights are REP in wei.</summary>
/// <param name="Producer">Slot; <see cref="WorkContract.NoSlot"/> when the contracts did not know it (protocol rule 2.8).</param>
/// <param name="SettlesAt">Block in which money moves (protocol rule 5.3).</param>
public sealed record BlockPool(
    PoolState State, ulong Height, ulong Epoch, uint Producer, UInt256 ProducerHalf, UInt256 PolicingHalf, UInt256 Income, UInt256 TotalWeight,
    UInt256 ForWeight, UInt256 LateWeight, UInt256 AgainstWeight, ulong SettlesAt);
