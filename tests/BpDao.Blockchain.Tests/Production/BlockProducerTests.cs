using BpDao.Consensus;
using BpDao.Core;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class BlockProducerTests
{
    private static readonly UInt256 Gwei = 1_000_000_000;

    [Fact]
    public void The_best_tips_go_in_first()
    {
        using TestChain chain = new();
        Transaction low = Build.Transaction().WithFees(9 * Gwei, 1 * Gwei).Signed();
        Transaction high = Build.Transaction().From(TestKeys.B).WithFees(9 * Gwei, 5 * Gwei).Signed();
        Transaction middle = Build.Transaction().From(TestKeys.C).WithFees(9 * Gwei, 3 * Gwei).Signed();
        Assert.Equal([high, middle, low], chain.Seal(low, high, middle).Transactions);
    }

    [Fact]
    public void Leading_transactions_go_before_them()
    {
        using TestChain chain = new();
        Transaction pooled = Build.Transaction().WithFees(99 * Gwei, 99 * Gwei).Signed(), leading = Build.Transaction().From(TestKeys.B).Signed();
        chain.Pool.Submit(pooled);
        Assert.Equal([leading, pooled], chain.BuildNext(a => a with { LeadingTransactions = [leading] }).Transactions);
        Assert.Equal([leading], chain.BuildNext(a => a with { LeadingTransactions = [leading], IncludePool = false }).Transactions);
    }

    [Fact]
    public void A_leading_transaction_that_fails_stops_the_building()
    {
        using TestChain chain = new();
        Transaction early = Build.Transaction().WithNonce(1).Signed();
        BuiltBlock built = chain.Producer.Build(
            chain.Head, TestChain.AttributesAfter(chain.Head) with { LeadingTransactions = [early] }, CancellationToken.None);
        Assert.Equal(BlockError.InvalidTransaction, built.Verdict.Error);
        Assert.StartsWith("leading transaction 0: NonceTooHigh", built.Verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Fills_the_gas_and_passes_over_what_does_not_fit()
    {
        using TestChain chain = new(new ChainSpecBuilder().WithGasLimit(100_000).Done());
        Transaction first = Build.Transaction().WithFees(9 * Gwei, 5 * Gwei).WithGas(50_000).Signed();
        Transaction tooBig = Build.Transaction().From(TestKeys.B).WithFees(9 * Gwei, 4 * Gwei).WithGas(80_000).Signed();
        Transaction after = Build.Transaction().From(TestKeys.B).WithNonce(1).WithFees(9 * Gwei, 4 * Gwei).Signed();
        Transaction fits = Build.Transaction().From(TestKeys.C).WithFees(9 * Gwei, 3 * Gwei).Signed();
        foreach (Transaction tx in (Transaction[])[first, tooBig, after, fits]) Assert.True(chain.Pool.Submit(tx).IsAccepted);

        Block block = chain.Commit(chain.BuildNext());
        Assert.Equal([first, fits], block.Transactions);
        Assert.Equal(42_000ul, block.Header.GasUsed);
        Assert.Equal([tooBig, after], chain.Seal().Transactions);
    }

    [Fact]
    public void Drops_what_does_not_execute_and_goes_on()
    {
        Address thief = Address.FromNumber(0x7ef);
        // Sends all that the account has to the caller: code that A lets run for itself.
        byte[] drain = Hex.Decode("0x5f5f5f5f47335af100");
        using TestChain chain = new(new ChainSpecBuilder().WithContract(thief, drain).Done());
        chain.Seal(Build.Transaction().From(TestKeys.B).Delegating(TestKeys.A, thief, 0).WithGas(100_000).Signed());

        Transaction robbery = Build.Transaction().From(TestKeys.B).WithNonce(1).To(TestKeys.A.Address).WithGas(100_000).WithFees(9 * Gwei, 9 * Gwei).Signed();
        Transaction victim = Build.Transaction().WithNonce(1).WithValue(5).Signed();
        Transaction bystander = Build.Transaction().From(TestKeys.C).WithFees(5 * Gwei, 1).Signed();
        foreach (Transaction tx in (Transaction[])[robbery, victim, bystander]) Assert.True(chain.Pool.Submit(tx).IsAccepted);

        Block block = chain.BuildNext();
        Assert.Equal([robbery, bystander], block.Transactions);
        Assert.False(chain.Pool.Contains(victim.Hash));
    }

    [Fact]
    public void Blocks_are_as_the_attributes_say()
    {
        using TestChain chain = new();
        PayloadAttributes attributes = TestChain.AttributesAfter(chain.Head) with
        {
            ExtraData = new byte[] { 1, 2 },
            ParentBeaconBlockRoot = Keccak256.OfEmpty,
            Withdrawals = [new Withdrawal(0, 1, TestKeys.D.Address, 2)],
        };
        BlockHeader header = chain.Producer.Build(chain.Head, attributes, CancellationToken.None).Block!.Header;
        Assert.Equal(attributes.Timestamp, header.Timestamp);
        Assert.Equal(attributes.Beneficiary, header.Beneficiary);
        Assert.Equal(attributes.GasLimit, header.GasLimit);
        Assert.Equal(attributes.MixHash, header.MixHash);
        Assert.Equal([1, 2], header.ExtraData.ToArray());
        Assert.Equal(Keccak256.OfEmpty, header.ParentBeaconBlockRoot);
        Assert.Equal(chain.Head.Hash, header.ParentHash);
        Assert.Equal(BlockHeader.EmptyRequestsHash, header.RequestsHash);
    }

    [Fact]
    public void Cancelling_stops_the_building()
    {
        using TestChain chain = new();
        chain.Pool.Submit(Build.Transaction().Signed());
        Assert.Throws<OperationCanceledException>(
            () => chain.Producer.Build(chain.Head, TestChain.AttributesAfter(chain.Head), new CancellationToken(canceled: true)));
    }
}
