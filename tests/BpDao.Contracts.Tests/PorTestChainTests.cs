using BpDao.Contracts.Tests.Support;
using Xunit;

namespace BpDao.Contracts.Tests;

/// <summary>Protocol rules 2.1–2.7: four producers make blocks through the node's own door.</summary>
public sealed class PorTestChainTests
{
    [Fact]
    public void Forty_blocks_of_four_producers_are_proper()
    {
        using PorTestChain chain = new();
        HashSet<uint> producers = [];
        for (int i = 0; i < 40; i++)
        {
            PorBlock block = chain.Block();
            Assert.False(block.IsSafeMode);
            producers.Add(block.Producer);
        }

        Assert.Equal(40UL, chain.Head.Number);
        Assert.Equal(4, producers.Count);
        Assert.Equal(2UL, chain.View().Epoch);
    }
}
