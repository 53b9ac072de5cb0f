using BpDao.Core;

namespace BpDao.Evm;

/// <summary>A call that a fork makes from <see cref="ForkSystemCalls.Caller"/> at the edge of a block.</summary>
/// <param name="RequestType">EIP-7685 type byte of what it returns; null when its output means nothing.</param>
public readonly record struct ForkSystemCall(Address To, ReadOnlyMemory<byte> Input, byte? RequestType = null);

/// <summary>The system calls of Ethereum's forks as data: EIP-4788, 2935 before the transactions, 7002, 7251 after them.</summary>
public static class ForkSystemCalls
{
    /// <summary>CALLER in these calls.</summary>
    public static readonly Address Caller = Address.Parse("0xfffffffffffffffffffffffffffffffffffffffe");

    /// <summary>Gas of each, outside the block's.</summary>
    public const ulong Gas = 30_000_000;

    /// <summary>EIP-4788.</summary>
    public static readonly Address BeaconRoots = Address.Parse("0x000f3df6d732807ef1319fb7b8bb8522d0beac02");

    /// <summary>EIP-2935.</summary>
    public static readonly Address HistoryStorage = Address.Parse("0x0000f90827f1c53a10cb7a02335b175320002935");

    /// <summary>EIP-7002.</summary>
    public static readonly Address WithdrawalRequests = Address.Parse("0x00000961ef480eb55e80d19ad83579a64c007002");

    /// <summary>EIP-7251.</summary>
    public static readonly Address ConsolidationRequests = Address.Parse("0x0000bbddc7ce488642fb579f8b00f3a590007251");

    /// <summary>Calls to make in this order before the first transaction.</summary>
    public static IEnumerable<ForkSystemCall> BeforeTransactions(IReleaseSpec spec, BlockHeader header)
    {
        if (spec.IsCancun && header.ParentBeaconBlockRoot is { } root) yield return new ForkSystemCall(BeaconRoots, root.ToArray());
        if (spec.IsPrague) yield return new ForkSystemCall(HistoryStorage, header.ParentHash.ToArray());
    }

    /// <summary>Calls to make in this order after the last transaction; a failure of one makes the block invalid.</summary>
    public static IEnumerable<ForkSystemCall> AfterTransactions(IReleaseSpec spec)
    {
        if (!spec.IsPrague || !spec.HasExecutionRequests) yield break;
        yield return new ForkSystemCall(WithdrawalRequests, default, RequestType: 0x01);
        yield return new ForkSystemCall(ConsolidationRequests, default, RequestType: 0x02);
    }
}
