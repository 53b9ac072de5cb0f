using BpDao.Consensus.Por.Contracts;
using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Specs;
using Xunit;

namespace BpDao.Contracts.Tests.Liveness;

/// <summary>Protocol rules 2.3, 5.1, 5.6: whatever is claimed, paid or sent, a block's income is exactly its tax, and no amount stops the chain.</summary>
public sealed class IncomeTests
{
    [Fact]
    public void Claims_larger_than_the_income_of_their_block_are_no_negative_income()
    {
        using PorTestChain chain = new();
        chain.Blocks(12);
        UInt256 before = chain.Node.BalanceOf(SystemContracts.ValidationPool);

        PorBlock claims = chain.Block(b => b.With(Money.Claim(chain, 0), Money.Claim(chain, 1), Money.Claim(chain, 2), Money.Claim(chain, 3)));

        UInt256 income = Money.IncomeOf(claims);
        UInt256 paid = claims.Events(ContractEvents.SalaryPaid).Aggregate(UInt256.Zero, (sum, e) => sum + (UInt256)e[2]);
        Assert.Equal(4, claims.Events(ContractEvents.SalaryPaid).Count);
        Assert.True(paid > income, $"{paid} claimed, {income} earned");
        Assert.Equal(before + income - paid, chain.Node.BalanceOf(SystemContracts.ValidationPool));
        AssertIncomeOfParent(chain.Block(), income);
        AssertIncomeOfParent(chain.Block(), Money.Coins(1));
    }

    [Fact]
    public void What_users_send_to_the_pool_is_income_like_any_fee()
    {
        using PorTestChain chain = new();
        chain.Blocks(2);
        Transaction gift = chain.Transaction(chain.KeyOf(0).Identity).To(SystemContracts.ValidationPool).WithGas(100_000).WithValue(Money.Coins(5)).Signed();

        PorBlock block = chain.Block(b => b.With(gift));

        Assert.True(block.ReceiptOf(gift).Success);
        AssertIncomeOfParent(chain.Block(), Money.IncomeOf(block));
        Assert.True(Money.IncomeOf(block) > Money.Coins(6));
    }

    [Fact]
    public void Blocks_without_any_income_are_blocks()
    {
        using PorTestChain chain = new(new PorNetwork().With("blockReward", UInt256.Zero));
        for (int i = 0; i < 20; i++)
        {
            PorBlock block = chain.Block();
            Assert.False(block.IsSafeMode);
            Assert.All(block.Events(ValidationPoolContract.PoolOpened), e => Assert.Equal(UInt256.Zero, (UInt256)e[4]));
        }

        Assert.True(chain.Rep.TryTotalUnpaid(out UInt256 unpaid));
        Assert.Equal(UInt256.Zero, unpaid);
    }

    [Fact]
    public void Incomes_of_2_to_the_127_are_minted_up_to_the_cap_and_paid_to_the_last_wei()
    {
        using PorTestChain chain = new(new PorNetwork().With("mintingRatio", UInt256.Parse("1000000000000000000000000")).Fund(Huge.Whale.Address, Huge.Coins));
        chain.Blocks(2);
        for (int i = 0; i < 4; i++)
        {
            PorBlock gift = chain.Block(b => b.With(Huge.Gift(chain)));
            Assert.True(chain.Rep.TryTotalBalances(out UInt256 supply));
            PorBlock opened = chain.Block();
            Assert.False(opened.IsSafeMode);
            AssertIncomeOfParent(opened, Money.IncomeOf(gift));
            // Protocol rule 5.1: at most 1/1024 of the supply, which the block itself has enlarged by what it paid before it opened the pool.
            UInt256 minted = (UInt256)Assert.Single(opened.Events(ValidationPoolContract.PoolOpened))[4];
            Assert.True(minted >= supply / 1024 && minted <= supply / 1000, $"{minted} of {supply}");
        }

        PorBlock claim = chain.Block(b => b.With(Money.Claim(chain, 0)));
        Assert.True((UInt256)Assert.Single(claim.Events(ContractEvents.SalaryPaid))[2] > Huge.Gigantic / 2);
        chain.Blocks(20);
    }

    [Fact]
    public void Income_above_2_to_the_128_waits_for_the_next_block()
    {
        using PorTestChain chain = new(new PorNetwork().Fund(Huge.Whale.Address, Huge.Coins));
        chain.Block();
        PorBlock gifts = chain.Block(b => b.With(Huge.Gift(chain), Huge.Gift(chain), Huge.Gift(chain)));
        UInt256 cap = UInt256.One << 128;

        AssertIncomeOfParent(chain.Block(), cap);
        AssertIncomeOfParent(chain.Block(), Money.IncomeOf(gifts) + Money.Coins(1) - cap);
        AssertIncomeOfParent(chain.Block(), Money.Coins(1));
    }

    [Fact]
    public void Without_any_supply_the_income_is_carried_and_the_chain_goes_on()
    {
        using PorTestChain chain = new(new PorNetwork().Change(s => Supply.Empty(s, new PorNetwork().Producers)));
        for (int i = 0; i < 40; i++)
        {
            PorBlock block = chain.Block();
            Assert.False(block.IsSafeMode);
            Assert.All(block.Events(ValidationPoolContract.PoolOpened), e => Assert.Equal(UInt256.Zero, (UInt256)e[4]));
        }

        Assert.True(chain.Rep.TryTotalMinted(out UInt256 minted) & chain.Rep.TryTotalUnpaid(out UInt256 unpaid));
        Assert.Equal(UInt256.Zero, minted);
        Assert.Equal(UInt256.Zero, unpaid);
        Assert.True(chain.Pools.TryAccounted(out UInt256 accounted));
        Assert.Equal(Money.Coins(39), accounted);
    }

    [Fact]
    public void At_the_largest_supply_nothing_more_is_minted_and_the_chain_goes_on()
    {
        // REP counts in 112 bits (README of the contracts), so 2^127 cannot exist and this is the largest.
        UInt256 bond = ((UInt256.One << 112) - UInt256.One) / 4;
        using PorTestChain chain = new(new PorNetwork().Fund(Huge.Whale.Address, Huge.Coins).Bonds((bond, bond), (bond, bond), (bond, bond), (bond + 3, bond)));
        chain.Blocks(3);
        chain.Block(b => b.With(Huge.Gift(chain)));
        for (int i = 0; i < 40; i++) Assert.False(chain.Block().IsSafeMode);

        Assert.True(chain.Rep.TryTotalMinted(out UInt256 minted) & chain.Rep.TryTotalBurned(out UInt256 burned));
        Assert.Equal((UInt256.One << 112) - UInt256.One, minted - burned);
    }

    [Fact]
    public void A_genesis_with_a_supply_of_2_to_the_127_is_refused()
    {
        PorNetwork network = new PorNetwork().Bonds((UInt256.One << 127, UInt256.One << 127));
        Assert.StartsWith("engine.por", Assert.Throws<InvalidOperationException>(() => network.Build()).Message, StringComparison.Ordinal);
    }

    private static void AssertIncomeOfParent(PorBlock block, UInt256 income)
    {
        object[] taken = Assert.Single(block.Events(ValidationPoolContract.IncomeTaken));
        Assert.Equal(block.Number - 1, (ulong)(UInt256)taken[0]);
        Assert.Equal(income, (UInt256)taken[1]);
    }
}
