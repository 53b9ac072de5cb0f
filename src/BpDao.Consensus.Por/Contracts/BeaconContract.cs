using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Contracts;

/// <summary>Reads of the Beacon (<c>IBeacon.sol</c>).</summary>
public sealed class BeaconContract(IContractCaller caller)
{
    internal static readonly AbiFunction SaltAcc = AbiFunction.Parse("saltAcc()(bytes32)");
    internal static readonly AbiFunction SaltEpoch = AbiFunction.Parse("saltEpoch()(uint64)");
    internal static readonly AbiFunction SaltOf = AbiFunction.Parse("saltOf(uint64,uint32)(bytes32,bool,uint64)");

    /// <summary>What joins the mix at an epoch's first block; zero without revealed salts (protocol rule 8.2).</summary>
    public bool TrySaltAccumulator(out Hash256 accumulator)
    {
        bool ok = caller.TryRead(SystemContracts.Beacon, SaltAcc, out object[]? results);
        accumulator = ok ? results![0].ToHash() : default;
        return ok;
    }

    /// <summary>The epoch that the accumulator belongs to.</summary>
    public bool TrySaltEpoch(out ulong epoch)
    {
        bool ok = caller.TryRead(SystemContracts.Beacon, SaltEpoch, out object[]? results);
        epoch = ok ? results![0].ToUInt64() : 0;
        return ok;
    }

    /// <summary>A slot's salt in an epoch: its commit (zero without), whether it was revealed, the first epoch in which it may commit again.</summary>
    public bool TrySalt(ulong epoch, uint slot, out Hash256 commit, out bool revealed, out ulong excludedUntil)
    {
        (commit, revealed, excludedUntil) = (default, false, 0);
        if (!caller.TryRead(SystemContracts.Beacon, SaltOf, out object[]? results, epoch, slot)) return false;
        (commit, revealed, excludedUntil) = (results[0].ToHash(), (bool)results[1], results[2].ToUInt64());
        return true;
    }
}
