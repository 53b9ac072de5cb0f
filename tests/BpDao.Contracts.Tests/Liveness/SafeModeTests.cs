using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Specs;
using Xunit;

namespace BpDao.Contracts.Tests.Liveness;

/// <summary>Protocol rule 2.8: whatever contract governance puts in force, blocks are made, users' transactions go on, and after 64 blocks the last
/// good one is back.</summary>
public sealed class SafeModeTests
{
    private const ulong LastGood = 16;
    private const ulong Returns = LastGood + 64 + 1;

    public enum Fault
    {
        Reverts,
        Loops,
        AnswersOnes,
        AnswersZeros,
        AnswersNothing,
    }

    [Theory]
    [InlineData(Fault.Reverts, 64)]
    [InlineData(Fault.Loops, 4)] // each read of it costs 10 M gas
    public void A_failing_work_contract_gives_safe_mode_blocks(Fault fault, int blocks)
    {
        using PorTestChain chain = ChainWith(fault);
        chain.Blocks((int)LastGood);
        for (ulong h = LastGood + 1; h <= LastGood + (ulong)blocks; h++)
        {
            PorBlock block = chain.Block();
            Assert.True(block.IsSafeMode);
            Assert.Equal(BrokenWork.At, block.Block.Transactions[0].To);
            Assert.Equal(block.Payload.Minimal().Encode(), block.Payload.Encode());
            Assert.Equal(h, chain.Node.NonceOf(SystemTransaction.Sender));
        }
    }

    [Theory]
    [InlineData(Fault.Reverts)]
    [InlineData(Fault.AnswersOnes)]
    [InlineData(Fault.AnswersZeros)]
    [InlineData(Fault.AnswersNothing)]
    public void The_good_work_contract_is_back_after_64_blocks(Fault fault)
    {
        using PorTestChain chain = ChainWith(fault);
        while (chain.Head.Number + 1 < Returns) chain.Block();
        Assert.Equal(LastGood, LastBegun(chain));

        PorBlock back = chain.Block();

        Assert.Equal(Returns, back.Number);
        Assert.Equal(SystemContracts.Work, back.Block.Transactions[0].To);
        Assert.False(back.IsSafeMode);
        Assert.Equal(Returns, LastBegun(chain));
        while (chain.View().Epoch < 9)
        {
            Assert.True(chain.View().IsSound);
            Assert.False(chain.Block().IsSafeMode);
        }

        BenchAssert.Agrees(chain);
    }

    [Theory]
    [InlineData(Fault.Reverts)]
    [InlineData(Fault.AnswersOnes)]
    [InlineData(Fault.AnswersZeros)]
    public void The_transactions_of_users_go_on_in_safe_mode(Fault fault)
    {
        using PorTestChain chain = ChainWith(fault);
        chain.Blocks((int)LastGood + 3);
        Address somebody = Address.FromNumber(0x5151);
        Transaction transfer = chain.Transaction(chain.KeyOf(1).Identity).To(somebody).WithValue(7).Signed();
        Transaction claim = Money.Claim(chain, 2);

        PorBlock block = chain.Block(b => b.With(transfer, claim));

        Assert.True(block.ReceiptOf(transfer).Success);
        Assert.True(block.ReceiptOf(claim).Success);
        Assert.Equal(7UL, chain.Node.BalanceOf(somebody));
        Assert.Single(block.Events(ContractEvents.SalaryPaid));
    }

    [Theory]
    [InlineData(Fault.Reverts)]
    [InlineData(Fault.AnswersZeros)]
    public void A_gap_mints_nothing_and_its_income_is_salary(Fault fault)
    {
        using PorTestChain chain = ChainWith(fault);
        chain.Blocks((int)LastGood);
        Assert.True(chain.Rep.TryTotalMinted(out UInt256 mintedBefore));
        Assert.True(chain.Pools.TryAccounted(out UInt256 accountedBefore));
        Assert.True(chain.Rep.TryTotalUnpaid(out UInt256 unpaidBefore));
        UInt256 held = chain.Node.BalanceOf(SystemContracts.ValidationPool);
        UInt256 income = held - accountedBefore;
        for (ulong h = LastGood + 1; h < Returns; h++)
        {
            PorBlock block = chain.Block(b => b.With(chain.Transaction(chain.KeyOf(0).Identity).Signed()));
            income += Money.IncomeOf(block);
        }

        PorBlock back = chain.Block();

        Assert.Empty(back.Events(ValidationPoolContract.PoolOpened));
        object[] taken = Assert.Single(back.Events(ValidationPoolContract.IncomeTaken));
        Assert.Equal(income, (UInt256)taken[1]);
        Assert.True(chain.Rep.TryTotalMinted(out UInt256 minted));
        Assert.Equal(mintedBefore, minted);
        Assert.True(chain.Rep.TryTotalUnpaid(out UInt256 unpaid));
        UInt256 rounding = unpaidBefore + income - unpaid;
        Assert.True(rounding <= UInt256.One, $"{rounding} wei of the gap's income are in no salary");

        object[] opened = Assert.Single(chain.Block().Events(ValidationPoolContract.PoolOpened));
        Assert.Equal(Returns, (ulong)(UInt256)opened[0]);
    }

    [Fact]
    public void Turns_are_passed_over_in_safe_mode_too()
    {
        using PorTestChain chain = ChainWith(Fault.AnswersZeros);
        chain.Blocks((int)LastGood + 1);
        chain.Asleep.Add(0);
        uint most = 0;
        for (int i = 0; i < 20; i++) most = Math.Max(most, chain.Block().Round);
        Assert.True(most > 0, "the sleeper was never drawn");
    }

    [Fact]
    public void A_bench_that_the_contracts_did_not_fix_is_not_the_nodes_either()
    {
        // A join waits for the epoch in whose first block the broken contract takes over: nobody executes the plan.
        PorNetwork network = new PorNetwork().WithBrokenWork(BrokenWork.AnswersSixteen, fromEpoch: 2)
            .Bonds((Money.Rep(40_000_000), Money.Rep(20_000_000)), Equal, Equal, Equal);
        using PorTestChain chain = new(network);
        chain.ToEpoch(1);
        Transaction raise = chain.Transaction(chain.KeyOf(0).Identity).To(SystemContracts.Availability).WithGas(500_000).WithValue(0)
            .WithData(AvailabilityContract.Signal.Encode(Money.Rep(1_000_000), Array.Empty<byte>(), Array.Empty<byte>(), new byte[32])).Signed();
        Assert.True(chain.Block(b => b.With(raise)).ReceiptOf(raise).Success);
        chain.ToEpoch(2);
        PorBlock unfixed = chain.Block();
        Assert.True(unfixed.Receipts[0].Success);
        Assert.Equal(Money.Rep(21_000_000), unfixed.Payload.EpochRecord!.WeightOf(0));

        chain.ToEpoch(3);
        Assert.Equal(Money.Rep(20_000_000), chain.Epochs.BenchOf(3)!.WeightOf(0));
        chain.ToEpoch(9);
        BenchAssert.Agrees(chain);
    }

    private static (UInt256, UInt256) Equal => (Money.Rep(25_000_000), Money.Rep(25_000_000));

    private static PorTestChain ChainWith(Fault fault) => new(new PorNetwork().WithBrokenWork(fault switch
    {
        Fault.Reverts => BrokenWork.Reverts,
        Fault.Loops => BrokenWork.Loops,
        Fault.AnswersOnes => BrokenWork.AnswersOnes,
        Fault.AnswersZeros => BrokenWork.AnswersZeros,
        _ => BrokenWork.AnswersNothing,
    }));

    private static ulong LastBegun(PorTestChain chain)
    {
        Assert.True(chain.Governance.TryLastBegun(out ulong height));
        return height;
    }
}
