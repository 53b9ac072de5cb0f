using System.Threading.Channels;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Engine;

public sealed class AnswerQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Outbox _sent = new();
    private readonly AnswerQueue _queue;

    public AnswerQueueTests() => _queue = new AnswerQueue(_sent, new AnswerBudget(_time), _time);

    [Fact]
    public async Task Peers_take_turns_and_who_asks_too_much_is_not_answered()
    {
        for (int i = 0; i < 1000; i++) _queue.Add(TestBench.PeerOf(1), () => Answer);
        _queue.Add(TestBench.PeerOf(2), () => Answer);
        using CancellationTokenSource stop = new();
        Task serving = _queue.RunAsync(stop.Token);

        List<PeerId> order = [];
        for (int i = 0; i < AnswerQueue.MaxWaitingOfPeer + 1; i++) order.Add(await _sent.NextAsync());
        await StopAsync(serving, stop);

        Assert.Equal(TestBench.PeerOf(2), order[1]);
        Assert.Equal(AnswerQueue.MaxWaitingOfPeer, order.Count(p => p == TestBench.PeerOf(1)));
        Assert.True(_sent.IsEmpty);
    }

    [Fact]
    public async Task All_peers_together_are_served_at_a_pace()
    {
        byte[] megabytes = new byte[8 << 20];
        for (uint peer = 0; peer < 8; peer++) _queue.Add(TestBench.PeerOf(peer), () => Large(megabytes));
        using CancellationTokenSource stop = new();
        Task serving = _queue.RunAsync(stop.Token);

        await _sent.NextAsync();
        Assert.True(_sent.IsEmpty);
        _time.Advance(TimeSpan.FromMilliseconds(8 * 1000 / 32 + 10));
        await _sent.NextAsync();
        Assert.True(_sent.IsEmpty);
        await StopAsync(serving, stop);
    }

    [Fact]
    public async Task Nothing_is_sent_where_there_is_nothing_to_say()
    {
        _queue.Add(TestBench.PeerOf(1), () => null);
        _queue.Add(TestBench.PeerOf(2), () => Answer);
        using CancellationTokenSource stop = new();
        Task serving = _queue.RunAsync(stop.Token);
        Assert.Equal(TestBench.PeerOf(2), await _sent.NextAsync());
        await StopAsync(serving, stop);
    }

    private static PorMessage Answer => TestBench.Vote(MessageKind.Vote2, 1, 0, Hash256.Zero, 0);

    private static BlockCertificateMessage Large(byte[] signatures) =>
        new(new BlockCertificate(MessageKind.Vote2, 0, 1, Hash256.Zero, new Certificate(0, SlotBitmap.Of([0]), signatures)));

    private static async Task StopAsync(Task serving, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    private sealed class Outbox : IConsensusTransport
    {
        private readonly Channel<PeerId> _sent = Channel.CreateUnbounded<PeerId>();

        public bool IsEmpty => _sent.Reader.Count == 0;

        public async Task<PeerId> NextAsync() => await _sent.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        public void Send(PeerId peer, ReadOnlyMemory<byte> message) => _sent.Writer.TryWrite(peer);

        public void Broadcast(ReadOnlyMemory<byte> message) => throw new NotSupportedException();

        public void Relay(PeerId from, ReadOnlyMemory<byte> message) => throw new NotSupportedException();

        public event Action<PeerId, ReadOnlyMemory<byte>> Received
        {
            add { }
            remove { }
        }

        public event Action<PeerId> PeerConnected
        {
            add { }
            remove { }
        }

        public IReadOnlyCollection<PeerId> Peers => [];
    }
}
