using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Contracts;

/// <summary>Reads of Governance (<c>IGovernance.sol</c>).</summary>
public sealed class GovernanceContract(IContractCaller caller)
{
    internal static readonly AbiFunction ActiveWorkAt = AbiFunction.Parse("activeWorkAt(uint64)(address)");
    internal static readonly AbiFunction LastBegun = AbiFunction.Parse("lastBegun()(uint64)");
    internal static readonly AbiFunction Clock = AbiFunction.Parse("clock()((uint64,uint64,uint64))");
    internal static readonly AbiFunction GrepActivated = AbiFunction.Parse("grepActivated()(bool)");

    /// <summary>The Work contract of block <paramref name="height"/>, which is the next one.</summary>
    public bool TryActiveWorkAt(ulong height, out Address work)
    {
        bool ok = caller.TryRead(SystemContracts.Governance, ActiveWorkAt, out object[]? results, height);
        work = ok ? (Address)results![0] : default;
        return ok;
    }

    /// <summary>Height of the last block whose <c>beginBlock</c> succeeded; 0 before the first.</summary>
    public bool TryLastBegun(out ulong height)
    {
        bool ok = caller.TryRead(SystemContracts.Governance, LastBegun, out object[]? results);
        height = ok ? results![0].ToUInt64() : 0;
        return ok;
    }

    /// <summary>The epoch clock (protocol rule 2.7): epoch(h) = e0 + (h − h0) / length.</summary>
    public bool TryClock(out ulong firstHeight, out ulong firstEpoch, out ulong length)
    {
        (firstHeight, firstEpoch, length) = (0, 0, 0);
        if (!caller.TryRead(SystemContracts.Governance, Clock, out object[]? results)) return false;
        object[] clock = (object[])results[0];
        (firstHeight, firstEpoch, length) = (clock[0].ToUInt64(), clock[1].ToUInt64(), clock[2].ToUInt64());
        return true;
    }

    public bool TryGrepActivated(out bool activated)
    {
        bool ok = caller.TryRead(SystemContracts.Governance, GrepActivated, out object[]? results);
        activated = ok && (bool)results![0];
        return ok;
    }
}
