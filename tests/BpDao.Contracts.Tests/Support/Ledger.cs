using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;

namespace BpDao.Contracts.Tests.Support;

/// <summary>The books of protocol rule 5.8, added up by the test from single balances and events, and compared with the contracts after every block.</summary>
internal sealed class Ledger(PorTestChain chain)
{
    private static readonly AbiFunction EscrowedTotal = AbiFunction.Parse("escrowedTotal()(uint256)");
    private static readonly AbiFunction AuthorsAccrued = AbiFunction.Parse("authorsAccrued(address)(uint256)");

    // REP that still waits in pools, by height.
    private readonly Dictionary<ulong, UInt256> _custody = [];

    /// <summary>REP held for pools that have not been settled.</summary>
    public UInt256 OpenPools => _custody.Values.Aggregate(UInt256.Zero, (sum, part) => sum + part);

    public void Check(PorBlock block)
    {
        Follow(block);
        ReputationContract rep = chain.Rep;
        Require(rep.TryTotalBalances(out UInt256 balances) & rep.TryTotalMinted(out UInt256 minted) & rep.TryTotalBurned(out UInt256 burned), block, "REP does not answer");

        UInt256 sum = UInt256.Zero, unpaid = UInt256.Zero;
        Address[] identities = [.. chain.KnownProducers.Select(p => p.Identity.Address).Distinct()];
        foreach (Address identity in identities)
        {
            rep.TryBalanceOf(identity, out UInt256 balance);
            rep.TryUnpaidSalary(identity, out UInt256 wei);
            (sum, unpaid) = (sum + balance, unpaid + wei);
        }

        Require(sum == balances, block, $"the balances are {sum}, the contract says {balances}");

        chain.Pools.TryPendingVote(out UInt256 pendingVote);
        UInt256 escrow = Number(SystemContracts.Judiciary, EscrowedTotal);
        UInt256 authors = Number(SystemContracts.Forum, AuthorsAccrued, SystemContracts.Work);
        UInt256 everything = balances + OpenPools + pendingVote + escrow + authors;
        Require(everything == minted - burned, block, $"REP in all places is {everything}, minted − burned {minted - burned}");
        Require(CustodyOf(SystemContracts.ValidationPool) == OpenPools + pendingVote, block, "a settled pool holds REP");
        Require(CustodyOf(SystemContracts.Judiciary) == escrow, block, "escrow and custody differ");
        Require(CustodyOf(SystemContracts.Availability).IsZero, block, "the ASC holds REP");

        rep.TryTotalUnpaid(out UInt256 owed);
        chain.Pools.TryAccounted(out UInt256 accounted);
        Require(chain.Node.BalanceOf(SystemContracts.ValidationPool) >= accounted && accounted >= owed, block, $"the VPSC owes {owed} and has {accounted}");
        // Each identity loses less than one wei to rounding, and so does the sum.
        Require(unpaid <= owed && owed - unpaid <= (ulong)identities.Length + 1, block, $"unpaid {unpaid}, owed {owed}");
    }

    private void Follow(PorBlock block)
    {
        foreach (object[] e in block.Events(ValidationPoolContract.PoolOpened)) _custody[(ulong)(UInt256)e[0]] = (UInt256)e[4];
        foreach (object[] e in block.Events(ContractEvents.VotesCarried)) _custody[(ulong)(UInt256)e[0]] -= (UInt256)e[4];
        foreach (object[] e in block.Events(ValidationPoolContract.PoolSettled)) Require(_custody.Remove((ulong)(UInt256)e[0]), block, "a pool is settled twice");
    }

    private UInt256 CustodyOf(Address module)
    {
        chain.Rep.TryCustodyOf(module, out UInt256 custody);
        return custody;
    }

    private UInt256 Number(Address contract, AbiFunction function, params ReadOnlySpan<object> arguments) =>
        chain.State.TryRead(contract, function, out object[]? results, arguments) ? (UInt256)results[0] : throw new InvalidOperationException($"{function} fails.");

    private static void Require(bool holds, PorBlock block, string what)
    {
        if (!holds) throw new InvalidOperationException($"Protocol rule 5.8 after block {block.Number}: {what}.");
    }
}
