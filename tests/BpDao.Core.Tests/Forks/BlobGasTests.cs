using Xunit;

namespace BpDao.Core.Tests.Forks;

public sealed class BlobGasTests
{
    private static readonly BlobSchedule Cancun = new(3, 6, 3_338_477), Osaka = new(6, 9, 5_007_716);

    private sealed record Spec(Fork Fork, BlobSchedule Blobs) : IReleaseSpec
    {
        public bool HasExecutionRequests => false;

        public Address DepositContract => default;

        public Address? BaseFeeRecipient => null;

        public Address? SystemSender => null;
    }

    /// <summary>Where e^(excess / fraction) passes the next whole number; the third is 10 MiB of excess.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2_314_057, 1)]
    [InlineData(2_314_058, 2)]
    [InlineData(10 << 20, 23)]
    public void The_fee_grows_exponentially_with_the_excess(ulong excess, ulong fee) => Assert.Equal((UInt256)fee, BlobGas.BaseFee(excess, Cancun));

    [Fact]
    public void An_absurd_excess_is_the_largest_fee_and_takes_no_time() =>
        Assert.Equal(UInt256.MaxValue, BlobGas.BaseFee(ulong.MaxValue, Cancun));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 3, 0)]
    [InlineData(0, 6, 3)]
    [InlineData(2, 1, 0)]
    [InlineData(2, 2, 1)]
    [InlineData(9, 0, 6)]
    public void The_excess_is_what_was_used_above_the_target(ulong excess, ulong used, ulong next) => Assert.Equal(
        next * BlobGas.PerBlob,
        BlobGas.NextExcess(excess * BlobGas.PerBlob, used * BlobGas.PerBlob, 1, new Spec(Fork.Cancun, Cancun)));

    /// <summary>EIP-7918: when a blob costs less than its execution gas is worth, the excess does not fall.</summary>
    [Theory]
    [InlineData(Fork.Prague, 1_000, 7)]
    [InlineData(Fork.Osaka, 16, 7)]
    [InlineData(Fork.Osaka, 17, 11)]
    public void The_fee_has_a_floor_from_Osaka_on(Fork fork, ulong parentBaseFee, ulong next)
    {
        // 10 blobs in excess and 3 used, target 6 of 9: 10 + 3 - 6 by the plain rule, 10 + 3·(9 - 6)/9 at the floor. The blob fee is
        // 1 wei, so a blob costs 2^17 wei and its 2^13 gas are worth more from a base fee of 17 wei on.
        ulong excess = BlobGas.NextExcess(10 * BlobGas.PerBlob, 3 * BlobGas.PerBlob, parentBaseFee, new Spec(fork, Osaka));
        Assert.Equal(next * BlobGas.PerBlob, excess);
    }
}
