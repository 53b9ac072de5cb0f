using BpDao.Core;
using BpDao.State.Tables;
using Xunit;

namespace BpDao.State.Tests;

public sealed class ContentCacheTests
{
    [Fact]
    public void What_is_asked_for_again_stays_and_the_rest_is_forgotten()
    {
        ContentCache cache = new(bytes: 100_000);
        Hash256 wanted = Add(cache, 0);
        Hash256 unwanted = Add(cache, 1);
        for (int i = 2; i < 1000; i++)
        {
            Add(cache, i);
            Assert.NotNull(cache.Find(wanted));
        }

        Assert.Null(cache.Find(unwanted));
    }

    [Fact]
    public void It_does_not_outgrow_its_bytes()
    {
        ContentCache cache = new(bytes: 100_000);
        Hash256[] added = [.. Enumerable.Range(0, 5000).Select(i => Add(cache, i))];

        Assert.InRange(added.Count(hash => cache.Find(hash) is not null), 1, 100_000 / 100);
    }

    private static Hash256 Add(ContentCache cache, int number)
    {
        byte[] content = new byte[100];
        BitConverter.TryWriteBytes(content, number);
        Hash256 hash = Keccak256.Hash(content);
        cache.Add(hash, content);
        Assert.Equal(content, cache.Find(hash));
        return hash;
    }
}
