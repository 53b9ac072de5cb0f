using BpDao.Node.Commands.Bench.Headers;
using Xunit;

namespace BpDao.Node.Tests.Commands;

/// <summary><c>bpdao bench headers</c> on a short chain.</summary>
public sealed class BenchHeadersCommandTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void The_headers_it_measures_are_proven(int voters)
    {
        SignedHeaders headers = new(epochs: 3, voters);
        headers.Verify();
        Assert.Equal(3 * SignedHeaders.EpochLength, headers.Count);
    }
}
