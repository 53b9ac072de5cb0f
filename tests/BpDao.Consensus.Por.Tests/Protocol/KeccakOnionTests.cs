using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

public sealed class KeccakOnionTests
{
    private static readonly Hash256 Seed = Keccak256.Hash("seed"u8);

    [Theory]
    [InlineData(1u)]
    [InlineData(255u)]
    [InlineData(256u)]
    [InlineData(1000u)]
    public void Every_layer_opens_the_tip(uint layers)
    {
        KeccakOnion onion = new(Seed, layers);
        for (uint depth = 1; depth <= layers; depth += Math.Max(1, layers / 40)) Assert.True(KeccakOnion.Opens(onion.Open(depth), depth, onion.Tip));
        Assert.Equal(Seed, onion.Open(layers));
    }

    [Fact]
    public void Each_layer_opens_the_one_before()
    {
        KeccakOnion onion = new(Seed, 600);
        for (uint depth = 2; depth <= 600; depth++) Assert.True(KeccakOnion.Opens(onion.Open(depth), 1, onion.Open(depth - 1)));
    }

    [Fact]
    public void Has_no_layer_beyond_its_last() => Assert.Throws<ArgumentOutOfRangeException>(() => new KeccakOnion(Seed, 4).Open(5));
}
