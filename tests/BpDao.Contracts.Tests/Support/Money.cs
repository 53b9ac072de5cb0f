using BpDao.Consensus.Por.Contracts;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Contracts.Tests.Support;

/// <summary>Amounts in the tests' own arithmetic.</summary>
internal static class Money
{
    private static readonly UInt256 Ether = UInt256.Parse("1000000000000000000");
    private static readonly UInt256 Gwei = 1_000_000_000UL;

    /// <summary>In wei.</summary>
    public static UInt256 Rep(ulong whole) => (UInt256)whole * Ether;

    /// <summary>In wei.</summary>
    public static UInt256 Coins(ulong whole) => (UInt256)whole * Ether;

    /// <summary>What a block brings the validation pool (protocol rule 2.3): fees whole, new coins, and what users send to it.</summary>
    public static UInt256 IncomeOf(PorBlock block)
    {
        UInt256 income = UInt256.Zero;
        foreach (Withdrawal withdrawal in block.Block.Body.Withdrawals!) income += withdrawal.AmountGwei * Gwei;
        for (int i = 1; i < block.Receipts.Count; i++)
        {
            Transaction tx = block.Block.Transactions[i];
            UInt256 price = UInt256.Min(tx.MaxFeePerGas, block.Block.Header.BaseFeePerGas!.Value + tx.MaxPriorityFeePerGas);
            income += block.Receipts[i].GasUsed * price;
            if (tx.To == SystemContracts.ValidationPool && block.Receipts[i].Success) income += tx.Value;
        }

        return income;
    }

    /// <summary>The identity of a slot claims its salary for itself.</summary>
    public static Transaction Claim(PorTestChain chain, uint slot)
    {
        TestProducer producer = chain.KeyOf(slot);
        return chain.Transaction(producer.Identity).To(SystemContracts.ValidationPool).WithGas(300_000).WithValue(0)
            .WithData(ValidationPoolContract.ClaimSalary.Encode(producer.Identity.Address, producer.Identity.Address)).Signed();
    }
}
