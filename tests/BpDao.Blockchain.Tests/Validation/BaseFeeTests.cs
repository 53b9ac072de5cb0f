using BpDao.Core;
using BpDao.Specs;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class BaseFeeTests
{
    [Theory]
    [InlineData(1_000_000_000, 20_000_000, 10_000_000, 1_000_000_000)] // at the target
    [InlineData(1_000_000_000, 20_000_000, 9_000_000, 987_500_000)]
    [InlineData(1_000_000_000, 20_000_000, 11_000_000, 1_012_500_000)]
    [InlineData(1_000_000_000, 20_000_000, 20_000_000, 1_125_000_000)] // full: an eighth more
    [InlineData(1_000_000_000, 20_000_000, 0, 875_000_000)] // empty: an eighth less
    [InlineData(1, 20_000_000, 11_000_000, 2)] // at least one wei more
    [InlineData(7, 20_000_000, 0, 7)] // an eighth of seven rounds to nothing
    public void Follows_the_gas_used(ulong parentFee, ulong gasLimit, ulong gasUsed, ulong expected)
    {
        BlockHeader parent = new() { BaseFeePerGas = parentFee, GasLimit = gasLimit, GasUsed = gasUsed };
        Assert.Equal((UInt256)expected, BaseFee.Next(parent, ReleaseSpec.Of(Fork.London)));
    }

    [Fact]
    public void Begins_at_one_gwei() =>
        Assert.Equal((UInt256)1_000_000_000, BaseFee.Next(new BlockHeader { GasLimit = 8_000_000, GasUsed = 8_000_000 }, ReleaseSpec.Of(Fork.London)));

    [Theory]
    [InlineData(1_000_000_000, 7)]
    [InlineData(8, 7)]
    [InlineData(3, 3)] // a genesis may begin there
    [InlineData(0, 0)]
    public void Falls_through_empty_blocks_to_the_least_and_no_further(ulong first, ulong least)
    {
        UInt256 fee = first;
        for (int i = 0; i < 300; i++) fee = BaseFee.Next(new BlockHeader { BaseFeePerGas = fee, GasLimit = 2 }, ReleaseSpec.Of(Fork.London))!.Value;
        Assert.Equal(((UInt256)least, (UInt256)least), (fee, BaseFee.LeastFrom(first)));
    }

    [Fact]
    public void Is_absent_before_London() => Assert.Null(BaseFee.Next(new BlockHeader(), ReleaseSpec.Of(Fork.Berlin)));
}
