using System.Threading.Channels;
using BpDao.Core;
using BpDao.Synchronization.Snap;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Synchronization.Tests.Snap;

/// <summary>What requests take of a peer's share.</summary>
public sealed class SnapServingTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly SourceState _source = new(100, largeSlots: 10);
    private readonly SemaphoreSlim _together = new(1);
    private readonly WaitsSeen _time = new();
    private readonly TestPeer _peer = new("asks", SnapProtocol.Snap1);
    private readonly SnapServing _serving;

    // A second's share is a kilobyte, and four are there at first: after every request here the peer waits.
    public SnapServingTests() => _serving = new SnapServing(
        new SnapServer(_source.Store), _peer, _together, _source.Counters, new SnapOptions { ServedBytesPerSecond = 1024 }, _time, NullLogger.Instance);

    public void Dispose()
    {
        _serving.Dispose();
        _together.Dispose();
        _source.Dispose();
    }

    [Fact]
    public async Task Looking_for_a_thousand_nodes_that_are_not_there_takes_minutes_of_a_share()
    {
        byte[][] nowhere = [.. Enumerable.Range(0, 1024).Select(i => (byte[])[(byte)(i % 16), (byte)(i / 16 % 16), (byte)(i / 256), 1, 2, 3, 4, 5])];
        TimeSpan wait = await WaitAfterAsync(SnapCode.GetTrieNodes, new TrieNodesRequest(_source.Head.StateRoot, [new NodePaths(null, nowhere)], ulong.MaxValue).Encode(1));
        Assert.InRange(Assert.Single(_peer.Sent).Payload.Length, 1024, 1200);
        Assert.InRange(wait, TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(9));
    }

    [Fact]
    public async Task Asking_for_codes_that_nobody_has_takes_a_share_too()
    {
        Hash256[] unknown = [.. Enumerable.Range(0, 100).Select(i => Keccak256.Hash([(byte)i, 1]))];
        Assert.InRange(await WaitAfterAsync(SnapCode.GetByteCodes, new ByteCodesRequest(unknown, 1000).Encode(1)), TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task A_question_for_a_state_that_is_not_here_is_not_free()
    {
        byte[] request = new AccountRangeRequest(Keccak256.Hash([1]), Hash256.Zero, Hash256.Zero, 1).Encode(1);
        for (int i = 0; i < 3; i++) Assert.True(_serving.TryEnqueue(SnapCode.GetAccountRange, request));
        Assert.InRange(await WaitAfterAsync(SnapCode.GetAccountRange, request), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        Assert.Equal(4, _peer.Sent.Count);
    }

    private async Task<TimeSpan> WaitAfterAsync(int code, byte[] request)
    {
        Assert.True(_serving.TryEnqueue(code, request));
        return await _time.Waits.ReadAsync().AsTask().WaitAsync(Deadline);
    }

    /// <summary>A clock that stands still and tells how long somebody wants to wait.</summary>
    private sealed class WaitsSeen : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

        public ChannelReader<TimeSpan> Waits => _waits.Reader;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            _waits.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
