using BpDao.Core;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class LogFinderTests : IDisposable
{
    private static readonly Address First = Address.FromNumber(0xe1), Second = Address.FromNumber(0xe2);
    private static readonly Hash256 One = UInt256.One.ToHash();

    private readonly TestChain _chain = new(new ChainSpecBuilder()
        .WithContract(First, TestContracts.Logger).WithContract(Second, TestContracts.Logger).Done());

    /// <summary>Block 1: logs (First, 10), (Second, 11); block 2: nothing; block 3: (First, 11).</summary>
    public LogFinderTests()
    {
        _chain.Seal(Log(0, First, 10), Log(1, Second, 11));
        _chain.Seal();
        _chain.Seal(Log(2, First, 11));
    }

    public void Dispose() => _chain.Dispose();

    private static Transaction Log(ulong nonce, Address contract, ulong topic) => Build.Transaction().WithNonce(nonce).To(contract).WithGas(100_000)
        .WithData((byte[])[.. new byte[32], .. ((UInt256)topic).ToBigEndian()]).Signed();

    private static Hash256 Topic(ulong topic) => ((UInt256)topic).ToHash();

    private LogSearch FindUpTo(int count, long bytes) => _chain.Logs.Find(LogFilter.All, 0, 9, new LogLimits(count, bytes), CancellationToken.None);

    private (ulong, int)[] Find(LogFilter filter, ulong from = 0, ulong to = 9) =>
        [.. _chain.Logs.Find(filter, from, to, new LogLimits(100, 1000), CancellationToken.None).Logs.Select(l => (l.BlockNumber, l.LogIndex))];

    [Fact]
    public void Finds_by_address_topic_and_range()
    {
        Assert.Equal([(1, 0), (1, 1), (3, 0)], Find(LogFilter.All));
        Assert.Equal([(1, 0), (3, 0)], Find(new LogFilter([First], [])));
        Assert.Equal([(1, 1), (3, 0)], Find(new LogFilter([], [null, [Topic(11)]])));
        Assert.Equal([(1, 0), (1, 1), (3, 0)], Find(new LogFilter([], [[One], [Topic(11), Topic(10)]])));
        Assert.Equal([(3, 0)], Find(new LogFilter([First], [null, [Topic(11)]])));
        Assert.Equal([(3, 0)], Find(LogFilter.All, from: 2));
        Assert.Equal([(1, 0), (1, 1)], Find(LogFilter.All, to: 2));
        Assert.Empty(Find(new LogFilter([], [[Topic(11)]])));
        Assert.Empty(Find(new LogFilter([], [null, null, null])));
    }

    [Fact]
    public void Says_when_there_are_more()
    {
        const int each = 3 * 32; // a word of data and two topics
        LogSearch many = FindUpTo(2, 1000), longer = FindUpTo(100, (2 * each) + 1);
        Assert.Equal((LogSearchEnd.TooMany, 2), (many.End, many.Logs.Count));
        Assert.Equal((LogSearchEnd.TooLong, 2), (longer.End, longer.Logs.Count));
        Assert.Equal(LogSearchEnd.Complete, FindUpTo(3, 3 * each).End);
    }

    [Fact]
    public void Finds_in_one_block_with_every_place()
    {
        Block block = _chain.Tree.BlockByNumber(1)!;
        FoundLog log = _chain.Logs.Find(new LogFilter([Second], []), block.Hash)!.Single();
        Assert.Equal((block.Hash, 1ul, block.Header.Timestamp, block.Transactions[1].Hash, 1, 1),
            (log.BlockHash, log.BlockNumber, log.BlockTimestamp, log.TransactionHash, log.TransactionIndex, log.LogIndex));
        Assert.Equal([One, Topic(11)], log.Log.Topics);
        Assert.Null(_chain.Logs.Find(LogFilter.All, Hash256.Zero));
    }
}
