using BpDao.Core;
using BpDao.Core.Abi;

namespace BpDao.Consensus.Por.Contracts;

/// <summary>Reads and calls of a Work contract (<c>IWork.sol</c>). Which one is in force says <see cref="GovernanceContract.TryActiveWorkAt"/>.</summary>
public sealed class WorkContract(IContractCaller caller, Address address)
{
    /// <summary>The slot that stands for nobody.</summary>
    public const uint NoSlot = uint.MaxValue;

    public static readonly AbiFunction BeginBlock = AbiFunction.Parse("beginBlock(bytes)");

    internal static readonly AbiFunction ProducerAt = AbiFunction.Parse("producerAt(uint64,uint32)(uint32)");
    internal static readonly AbiFunction ProducersAt = AbiFunction.Parse("producersAt(uint64,uint32)(uint32[])");
    internal static readonly AbiFunction Context =
        AbiFunction.Parse("blockContext()(uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64)");

    internal static readonly AbiFunction Parameters = AbiFunction.Parse("parameters()(uint256[])");

    /// <summary>Leader of round <paramref name="round"/> of block <paramref name="height"/>; <see cref="NoSlot"/> when the contract names nobody.</summary>
    public bool TryProducerAt(ulong height, uint round, out uint slot)
    {
        bool ok = caller.TryRead(address, ProducerAt, out object[]? results, height, round);
        slot = ok ? results![0].ToUInt32() : NoSlot;
        return ok;
    }

    /// <summary>Leaders of rounds 0 … <paramref name="rounds"/> − 1, at most 32.</summary>
    public bool TryProducersAt(ulong height, uint rounds, out uint[] slots)
    {
        bool ok = caller.TryRead(address, ProducersAt, out object[]? results, height, rounds);
        slots = ok ? results![0].ToSlots() : [];
        return ok;
    }

    /// <summary>Everything the node needs to know for the next block, in one read.</summary>
    public bool TryContext(out WorkContext context)
    {
        context = default;
        if (!caller.TryRead(address, Context, out object[]? r)) return false;
        context = new WorkContext(
            r[0].ToUInt64(), r[1].ToUInt64(), r[2].ToUInt64(), r[3].ToUInt64(), r[4].ToUInt64(), r[5].ToUInt64(), r[6].ToUInt64(),
            r[7].ToUInt64(), r[8].ToUInt64(), r[9].ToUInt64());
        return true;
    }

    /// <summary>Values in force, by the numbers of <see cref="WorkParameters"/>.</summary>
    public bool TryParameters(out UInt256[] values)
    {
        bool ok = caller.TryRead(address, Parameters, out object[]? results);
        values = ok ? Array.ConvertAll((object[])results![0], v => (UInt256)v) : [];
        return ok;
    }
}

/// <summary>What <c>blockContext()</c> answers on the state of h−1 for block h (protocol rule 2.7).</summary>
/// <param name="Position">Of the block in its epoch.</param>
/// <param name="EpochLength">In blocks.</param>
/// <param name="BlockReward">New coins of the block, in gwei.</param>
/// <param name="BlockGasLimit">Must be the header's, exactly.</param>
/// <param name="SystemGasLimit">Gas limit of transaction 0.</param>
/// <param name="MinBlockInterval">In seconds.</param>
/// <param name="TimerBase">T0 in ms.</param>
/// <param name="TimerBackoff">Factor per round in 1/10000.</param>
/// <param name="TimerCap">Multiple of T0.</param>
public readonly record struct WorkContext(
    ulong Epoch, ulong Position, ulong EpochLength, ulong BlockReward, ulong BlockGasLimit, ulong SystemGasLimit, ulong MinBlockInterval,
    ulong TimerBase, ulong TimerBackoff, ulong TimerCap);
