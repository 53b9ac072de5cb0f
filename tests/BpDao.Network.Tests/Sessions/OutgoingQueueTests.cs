using BpDao.Core;
using BpDao.Network.Rlpx;
using BpDao.Network.Sessions;
using BpDao.Network.Tests.Transport;
using Xunit;

namespace BpDao.Network.Tests.Sessions;

public sealed class OutgoingQueueTests
{
    // Lanes 0 to 2 are urgent, 3 and 4 are not.
    private const int UrgentLanes = 3, OtherLanes = 2, MaxBytes = 10_000;

    private readonly byte[] _key = Keccak256.Hash("key"u8).ToArray();
    private readonly ScriptedConnection _connection = new([]);
    private readonly OutgoingQueue _queue;

    public OutgoingQueueTests() =>
        _queue = new OutgoingQueue(_connection, new FrameCipher(_key, _key, default), compress: false, MaxBytes, UrgentLanes, OtherLanes, TimeProvider.System);

    [Fact]
    public async Task What_waits_is_written_at_once()
    {
        await HoldAsync();
        for (int code = 1; code <= 50; code++) Assert.True(_queue.TryAdd(3, code, new byte[100]));
        await ReleaseAsync();
        Assert.Equal(Enumerable.Range(1, 50), Codes());
        Assert.Equal(2, _connection.Written.Count);
    }

    [Fact]
    public async Task Urgent_messages_go_before_the_others_and_keep_their_own_order()
    {
        await HoldAsync();
        foreach ((int lane, int code) in new[] { (3, 1), (3, 2), (1, 11), (4, 3), (1, 12), (0, 21) }) Assert.True(_queue.TryAdd(lane, code, default));
        await ReleaseAsync();
        Assert.Equal([21, 11, 12], Codes().Where(code => code > 10).OrderBy(code => code == 21 ? 0 : code));
        Assert.Equal([1, 3, 2], Codes().Skip(3));
    }

    [Fact]
    public async Task Protocols_take_turns()
    {
        await HoldAsync();
        for (int i = 0; i < 5; i++) _queue.TryAdd(3, 1, default);
        for (int i = 0; i < 5; i++) _queue.TryAdd(4, 2, default);
        await ReleaseAsync();
        Assert.Equal([1, 2, 1, 2, 1, 2, 1, 2, 1, 2], Codes());
    }

    [Fact]
    public async Task A_full_lane_takes_nothing_more_until_it_is_written_and_the_others_do()
    {
        await HoldAsync();
        int taken = 0;
        while (_queue.TryAdd(3, 1, new byte[1000])) taken++;
        Assert.Equal(MaxBytes / (1000 + OutgoingQueue.MessageOverhead), taken);
        Assert.True(_queue.TryAdd(4, 2, new byte[1000]));
        await ReleaseAsync();
        Assert.Equal(taken + 1, Codes().Count);
        Assert.False(_queue.TryAdd(3, 1, new byte[1000])); // it is being written still
        _connection.AllowWrite();
        Assert.True(SpinWait.SpinUntil(() => _queue.TryAdd(3, 1, new byte[1000]), TestHost.Deadline));
    }

    [Fact]
    public async Task A_message_longer_than_the_bound_goes_alone()
    {
        Assert.True(_queue.TryAdd(3, 1, new byte[5 * MaxBytes]));
        Assert.False(_queue.TryAdd(3, 2, default));
        await _connection.WriteMadeAsync();
    }

    [Fact]
    public async Task The_last_word_takes_the_place_of_what_waits()
    {
        await HoldAsync();
        for (int i = 0; i < 5; i++) _queue.TryAdd(3, 1, default);
        _queue.Finish(9, ReadOnlyMemory<byte>.Empty);
        Assert.False(_queue.TryAdd(0, 1, default));
        await ReleaseAsync();
        Assert.Equal([9], Codes());
        _connection.AllowWrite();
        await _queue.Drained.WaitAsync(TestHost.Deadline);
    }

    [Fact]
    public async Task Nothing_is_written_behind_an_end_without_a_word()
    {
        _queue.Finish(9, last: null);
        await _queue.Drained.WaitAsync(TestHost.Deadline);
        Assert.Empty(_connection.Written);
    }

    /// <summary>A write is under way, and others must wait for it.</summary>
    private async Task HoldAsync()
    {
        Assert.True(_queue.TryAdd(0, 99, default));
        await _connection.WriteMadeAsync();
    }

    /// <summary>Lets that write be done, and waits for the next one.</summary>
    private async Task ReleaseAsync()
    {
        _connection.AllowWrite();
        await _connection.WriteMadeAsync();
    }

    /// <summary>The codes of the messages in the last write.</summary>
    private List<int> Codes()
    {
        List<int> codes = [];
        FrameCipher opener = new(_key, _key, default);
        foreach (byte[] write in _connection.Written)
        {
            codes.Clear();
            byte[] bytes = [.. write];
            for (Span<byte> rest = bytes; rest.Length > 0;)
            {
                Assert.True(opener.TryOpenHeader(rest[..FrameCipher.HeaderSize], out int length));
                rest = rest[FrameCipher.HeaderSize..];
                int size = FrameCipher.BodySize(length);
                Assert.True(opener.TryOpenBody(rest[..size]));
                Assert.True(MessageFrame.TryReadCode(rest[..length], out ulong code, out _));
                codes.Add((int)code);
                rest = rest[size..];
            }
        }

        return codes;
    }
}
