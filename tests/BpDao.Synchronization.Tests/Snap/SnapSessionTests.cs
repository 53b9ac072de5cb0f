using BpDao.Core;
using BpDao.Network;
using BpDao.State.Ranges;
using BpDao.Synchronization.Snap;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Synchronization.Tests.Snap;

public sealed class SnapSessionTests : IDisposable
{
    private readonly SourceState _source = new(100, largeSlots: 10);
    private readonly FakeTimeProvider _time = new();
    private readonly SnapPeers _peers = new();
    private readonly SnapProtocol _first, _second;
    private readonly LinkedPeer _seenByFirst, _seenBySecond;

    public SnapSessionTests()
    {
        SnapOptions options = new() { QueuedRequests = 3, ServedBytesPerSecond = 1000 };
        _first = new SnapProtocol(_source.Store, _peers, new SnapCounters(), options, _time, NullLogger<SnapProtocol>.Instance);
        _second = new SnapProtocol(_source.Store, new SnapPeers(), _source.Counters, options, _time, NullLogger<SnapProtocol>.Instance);
        (_seenByFirst, _seenBySecond) = LinkedPeer.Connect(_first, "first", _second, "second");
    }

    public void Dispose()
    {
        _seenByFirst.Dispose();
        _first.Dispose();
        _second.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void The_protocol_is_snap_1_with_eight_messages_that_are_bounded_before_they_are_read()
    {
        Assert.Equal(new Capability("snap", 1), _first.Capability);
        Assert.Equal(8, _first.MessageCount);
        Assert.All(Enumerable.Range(0, 8), code => Assert.InRange(_first.MaxMessageBytes(code), 1, 3 << 20));
    }

    [Fact]
    public async Task A_request_is_answered()
    {
        byte[]? answer = await AskAsync(200);
        Assert.True(SnapAnswers.TryReadId(answer, out _, out ulong id));
        Assert.Equal(1ul, id);
        Assert.Equal((1, answer!.Length), (_source.Counters.Served, _source.Counters.ServedBytes));
        Assert.Empty(_seenBySecond.Penalties);
    }

    [Fact]
    public void A_malformed_request_ends_the_session()
    {
        ((SnapSession)_seenBySecond.Handler).OnMessage(SnapCode.GetByteCodes, [0xc1, 0xc0]);
        Assert.True(SpinWait.SpinUntil(() => _seenBySecond.Disconnected is not null, TimeSpan.FromSeconds(30)));
        Assert.Equal(DisconnectReason.BreachOfProtocol, _seenBySecond.Disconnected!.Value.Reason);
        Assert.Equal(0, _peers.Count);
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_costs_points_and_one_that_is_late_does_not()
    {
        byte[] answer = SnapAnswers.Nothing(77, withProof: true);
        SnapSession session = (SnapSession)_seenByFirst.Handler;
        session.OnMessage(SnapCode.AccountRange, answer);
        Assert.Single(_seenByFirst.Penalties);

        _seenByFirst.Tamper = (_, _) => null;
        Task<byte[]?> asked = session.AskAsync(SnapCode.GetByteCodes, new ByteCodesRequest([], 1).Encode, TimeSpan.FromSeconds(5), default);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await asked);
        session.OnMessage(SnapCode.ByteCodes, SnapAnswers.Nothing(1, withProof: false));
        Assert.Single(_seenByFirst.Penalties);
        session.OnMessage(SnapCode.TrieNodes, SnapAnswers.Nothing(2, withProof: false));
        Assert.Equal(2, _seenByFirst.Penalties.Count);
    }

    [Fact]
    public async Task Whoever_asks_for_more_than_its_share_waits_and_whoever_does_not_wait_loses_points()
    {
        // Four thousand bytes are saved up; then a thousand come in a second.
        Assert.InRange((await AskAsync(6_000))!.Length, 4_000, 7_000);
        Task<byte[]?> second = AskAsync(200);
        Assert.True(SpinWait.SpinUntil(() => _seenBySecond.Received.GetValueOrDefault(SnapCode.GetAccountRange) == 2, TimeSpan.FromSeconds(30)));
        SnapSession server = (SnapSession)_seenBySecond.Handler;
        for (int i = 0; i < 3; i++) server.OnMessage(SnapCode.GetByteCodes, new ByteCodesRequest([], 1).Encode(50));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                server.OnMessage(SnapCode.GetByteCodes, new ByteCodesRequest([], 1).Encode(50));
                return !_seenBySecond.Penalties.IsEmpty;
            },
            TimeSpan.FromSeconds(30)));
        Assert.False(second.IsCompleted);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(500));
                return second.IsCompleted;
            },
            TimeSpan.FromSeconds(30)));
        Assert.NotNull(await second);
    }

    [Fact]
    public async Task When_the_session_ends_nobody_waits_for_its_answers()
    {
        _seenByFirst.Tamper = (_, _) => null;
        Task<byte[]?> asked = AskAsync(100);
        _seenByFirst.Disconnect(DisconnectReason.ClientQuitting, "bye");
        Assert.Null(await asked);
        Assert.Null(await AskAsync(100));
    }

    private Task<byte[]?> AskAsync(ulong bytes) => ((SnapSession)_seenByFirst.Handler).AskAsync(
        SnapCode.GetAccountRange, new AccountRangeRequest(_source.Head.StateRoot, Hash256.Zero, HashSpace.End, bytes).Encode, TimeSpan.FromDays(20), default);
}
