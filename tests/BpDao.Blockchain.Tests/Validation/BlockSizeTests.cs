using BpDao.Consensus;
using BpDao.Core;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

/// <summary>EIP-7934: from Osaka on a block's RLP has at most 10 MiB − 2 MiB.</summary>
public sealed class BlockSizeTests
{
    private const int Limit = 8_388_608;

    /// <summary>So much that every transaction stays below the gas cap of EIP-7825 at EIP-7623's floor of ten gas a byte.</summary>
    private const int DataOfEach = 1_390_000;

    private static TestChain Chain(Fork fork) => new(new ChainSpecBuilder().WithForks(ForkSchedule.FromGenesis(fork)).WithGasLimit(200_000_000).Done());

    private static Block BlockOf(TestChain chain, int size)
    {
        Block block = With(DataOfEach);
        block = With(DataOfEach + size - BlockCodec.Encode(block).Length);
        Assert.Equal(size, BlockCodec.Encode(block).Length);
        return block;

        Block With(int lastData) => chain.BuildNext(a => a with
        {
            LeadingTransactions = [.. Enumerable.Range(0, 6).Select(i => Build.Transaction().WithNonce((ulong)i).WithGas(TransactionLimits.MaxGas)
                .WithData(new byte[i == 5 ? lastData : DataOfEach]).Signed())],
        });
    }

    [Theory]
    [InlineData(Fork.Osaka, Limit, BlockError.None)]
    [InlineData(Fork.Osaka, Limit + 1, BlockError.BlockTooLarge)]
    [InlineData(Fork.Prague, Limit + 1, BlockError.None)]
    public void A_block_may_be_as_large_as_the_limit_and_no_larger(Fork fork, int size, BlockError expected)
    {
        using TestChain chain = Chain(fork);
        Assert.Equal(expected, new TestJudge(chain).Judge(BlockOf(chain, size)).Error);
    }

    [Fact]
    public void A_block_is_too_large_only_with_the_body_that_its_header_names()
    {
        using TestChain chain = Chain(Fork.Osaka);
        Block large = BlockOf(chain, Limit + 1);

        Block other = new(large.Header with { TransactionsRoot = Hash256.Zero }, large.Body);

        Assert.Equal(BlockError.InvalidTransactionsRoot, new TestJudge(chain).Judge(other).Error);
    }
}
