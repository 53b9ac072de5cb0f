using BpDao.Core;

namespace BpDao.TxPool.Collections;

/// <summary>How much a transaction is worth to a producer at some base fee. Greater is better.</summary>
/// <param name="Payable">Its cap reaches the base fee.</param>
/// <param name="Amount">Payable: the effective tip. Otherwise the cap: the nearer to the base fee, the sooner it may come in.</param>
internal readonly record struct FeeRank(bool Payable, UInt256 Amount) : IComparable<FeeRank>
{
    public static FeeRank Of(Transaction tx, in UInt256 baseFee) =>
        tx.MaxFeePerGas < baseFee
            ? new FeeRank(false, tx.MaxFeePerGas)
            : new FeeRank(true, UInt256.Min(tx.MaxPriorityFeePerGas, tx.MaxFeePerGas - baseFee));

    public static FeeRank Min(in FeeRank a, in FeeRank b) => a.CompareTo(b) <= 0 ? a : b;

    public int CompareTo(FeeRank other) => Payable != other.Payable ? Payable.CompareTo(other.Payable) : Amount.CompareTo(other.Amount);
}
