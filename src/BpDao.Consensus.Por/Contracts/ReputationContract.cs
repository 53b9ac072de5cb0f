using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Consensus.Por.Contracts;

/// <summary>Reads of REP or gREP (<c>IReputation.sol</c>); amounts in wei (18 decimals).</summary>
public sealed class ReputationContract(IContractCaller caller, Address address)
{
    internal static readonly AbiFunction BalanceOf = AbiFunction.Parse("balanceOf(address)(uint256)");
    internal static readonly AbiFunction FreeOf = AbiFunction.Parse("freeOf(address)(uint256)");
    internal static readonly AbiFunction CustodyOf = AbiFunction.Parse("custodyOf(address)(uint256)");
    internal static readonly AbiFunction UnpaidSalary = AbiFunction.Parse("unpaidSalary(address)(uint256)");
    internal static readonly AbiFunction TotalBalances = AbiFunction.Parse("totalBalances()(uint256)");
    internal static readonly AbiFunction TotalMinted = AbiFunction.Parse("totalMinted()(uint256)");
    internal static readonly AbiFunction TotalBurned = AbiFunction.Parse("totalBurned()(uint256)");
    internal static readonly AbiFunction TotalUnpaid = AbiFunction.Parse("totalUnpaid()(uint256)");

    public static ReputationContract Rep(IContractCaller caller) => new(caller, SystemContracts.Reputation);

    /// <summary>Bonded part included.</summary>
    public bool TryBalanceOf(Address identity, out UInt256 amount) => TryNumber(BalanceOf, out amount, identity);

    public bool TryFreeOf(Address identity, out UInt256 amount) => TryNumber(FreeOf, out amount, identity);

    /// <summary>Held by a system contract for pools, escrow or accumulators.</summary>
    public bool TryCustodyOf(Address module, out UInt256 amount) => TryNumber(CustodyOf, out amount, module);

    /// <summary>$ in wei that can be claimed now.</summary>
    public bool TryUnpaidSalary(Address identity, out UInt256 wei) => TryNumber(UnpaidSalary, out wei, identity);

    /// <summary>The supply of protocol rules 5.1 and 5.6.</summary>
    public bool TryTotalBalances(out UInt256 amount) => TryNumber(TotalBalances, out amount);

    public bool TryTotalMinted(out UInt256 amount) => TryNumber(TotalMinted, out amount);

    public bool TryTotalBurned(out UInt256 amount) => TryNumber(TotalBurned, out amount);

    /// <summary>$ in wei owed to all identities together, rounded up.</summary>
    public bool TryTotalUnpaid(out UInt256 wei) => TryNumber(TotalUnpaid, out wei);

    private bool TryNumber(AbiFunction function, out UInt256 value, params ReadOnlySpan<object> arguments)
    {
        bool ok = caller.TryRead(address, function, out object[]? results, arguments);
        value = ok ? (UInt256)results![0] : default;
        return ok;
    }
}
