using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db;
using BpDao.Testing.Chains;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Synchronization.Tests.Serving;

/// <summary>What peers ask of a node, and how much of it.</summary>
public sealed class SyncServingTests : IDisposable
{
    private readonly TestChain _chain = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SyncSessions _sessions;
    private readonly ErrorLog _log = new();
    private readonly Asking _peer = new();

    public SyncServingTests()
    {
        for (int i = 0; i < 5; i++) _chain.Commit(_chain.BuildNext(), new byte[] { 1, 2, 3 });
        _sessions = new SyncSessions(new SyncServer(_chain.Tree, _chain.Rules), _time, new Logger<SyncSessions>(_log));
        _sessions.Connected(_peer);
    }

    public void Dispose()
    {
        _sessions.Disconnected(_peer);
        _chain.Dispose();
    }

    [Fact]
    public void Blocks_come_in_order_with_their_certificates_and_end_at_the_head()
    {
        SyncServer server = new(_chain.Tree, _chain.Rules);
        Assert.True(SyncMessageCodec.TryDecodeAnswer(SyncMessageCode.Blocks, server.Answer(SyncMessageCode.GetBlocks, new SyncQuestion(1, 2, 100)), out SyncAnswer? answer));
        BlocksAnswer blocks = Assert.IsType<BlocksAnswer>(answer);
        Assert.Equal([2ul, 3, 4, 5], blocks.Blocks.Select(b => b.Block.Number));
        Assert.All(blocks.Blocks, b => Assert.Equal([1, 2, 3], b.Certificate.ToArray()));
        Assert.True(SyncMessageCodec.TryDecodeAnswer(SyncMessageCode.Blocks, server.Answer(SyncMessageCode.GetBlocks, new SyncQuestion(1, 6, 100)), out answer));
        Assert.Empty(((BlocksAnswer)answer).Blocks);
        Assert.True(SyncMessageCodec.TryDecodeAnswer(SyncMessageCode.Headers, server.Answer(SyncMessageCode.GetHeaders, new SyncQuestion(1, ulong.MaxValue, ulong.MaxValue)), out answer));
        Assert.Empty(((HeadersAnswer)answer).Headers);
    }

    [Fact]
    public void A_peer_that_asks_faster_than_it_is_answered_pays_and_its_questions_are_lost()
    {
        // Time stands still: after its first answer the peer has used up its share.
        for (int i = 0; i < 100; i++) Ask(SyncMessageCode.GetTip, new SyncQuestion((ulong)i, 0, 0));
        Assert.InRange(_peer.Points, 100 - ServedPeer.Waiting - 2, 100);
    }

    [Fact]
    public async Task A_bug_that_a_question_finds_costs_the_session_and_not_the_node()
    {
        _peer.Fault = new InvalidOperationException("a bug");
        Ask(SyncMessageCode.GetTip, new SyncQuestion(1, 0, 0));
        Assert.Same(_peer.Left.Task, await Task.WhenAny(_peer.Left.Task, _sessions.Failed).WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal("a bug", Assert.Single(_log.Errors).Message);
        Assert.False(_sessions.Failed.IsCompleted);
    }

    [Fact]
    public async Task A_broken_store_is_told()
    {
        _peer.Fault = new DbException("the disk is gone");
        Ask(SyncMessageCode.GetTip, new SyncQuestion(1, 0, 0));
        await Assert.ThrowsAsync<DbException>(() => _sessions.Failed.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Malformed_questions_and_unknown_messages_cost_a_quarter_of_the_score()
    {
        _sessions.Received(_peer, SyncMessageCode.GetBlocks, [0xc1, 0x80]);
        Assert.Equal(25, _peer.Points);
        _sessions.Received(_peer, SyncMessageCode.Last, [0xc0]);
        Assert.Equal(50, _peer.Points);
    }

    [Fact]
    public async Task A_question_is_answered_with_its_own_id()
    {
        Ask(SyncMessageCode.GetTip, new SyncQuestion(42, 0, 0));
        (int code, byte[] payload) = await _peer.Sent.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(SyncMessageCode.Tip, code);
        Assert.True(SyncMessageCodec.TryDecodeAnswer(code, payload, out SyncAnswer? answer));
        Assert.Equal((42ul, _chain.Head), (answer.Id, ((TipAnswer)answer).Header));
    }

    [Fact]
    public async Task Only_the_first_answer_to_an_open_question_is_awaited()
    {
        byte[] answer = SyncMessageCodec.Encode(new TipAnswer(1, _chain.Head, new byte[] { 1 }));
        Assert.False(_sessions.IsAwaited(_peer, SyncMessageCode.Tip, answer));
        Task<TipAnswer?> asked = Assert.Single(_sessions.Peers).AskAsync<TipAnswer>(SyncMessageCode.GetTip, 0, 0, CancellationToken.None);
        Assert.True(_sessions.IsAwaited(_peer, SyncMessageCode.Tip, answer));
        Assert.False(_sessions.IsAwaited(_peer, SyncMessageCode.Headers, answer));
        Assert.False(_sessions.IsAwaited(_peer, SyncMessageCode.Tip, [0xc0]));

        _sessions.Received(_peer, SyncMessageCode.Tip, answer);
        Assert.False(_sessions.IsAwaited(_peer, SyncMessageCode.Tip, answer));
        Assert.Equal(_chain.Head, (await asked)!.Header);
        Assert.Equal(0, _peer.Points);
    }

    private void Ask(int code, SyncQuestion question) => _sessions.Received(_peer, code, SyncMessageCodec.Encode(code, question));

    private sealed class Asking : ISyncPeer
    {
        public PeerId Id { get; } = new(Keccak256.Hash([1]));

        public int Points { get; private set; }

        public TaskCompletionSource<(int Code, byte[] Payload)> Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Thrown at the node when it answers.</summary>
        public Exception? Fault { get; set; }

        public bool TrySend(int code, ReadOnlyMemory<byte> payload)
        {
            if (Fault is { } fault) throw fault;
            Sent.TrySetResult((code, payload.ToArray()));
            return true;
        }

        public void Penalise(int points, string reason) => Points += points;

        public void Disconnect(string detail) => Left.TrySetResult();
    }
}
