using BpDao.Core;
using BpDao.Db;
using BpDao.Network;
using BpDao.Testing;
using BpDao.Testing.Chains;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace BpDao.Synchronization.Tests;

/// <summary>eth with a peer that a test plays.</summary>
public sealed class EthSessionTests : IDisposable
{
    private static readonly Capability Eth68 = new("eth", 68), Eth69 = new("eth", 69);

    private readonly TestChain _chain = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _stop.Dispose();
        _chain.Dispose();
    }

    [Theory]
    [InlineData(68)]
    [InlineData(69)]
    public void Tells_its_status_first_and_takes_a_peer_of_the_same_chain(int version)
    {
        (EthService eth, TestPeer peer, IProtocolHandler session) = Open(version);

        Assert.Equal(EthMessage.Status, Assert.Single(peer.Sent).Code);
        Assert.True(EthStatus.TryDecode(version, peer.Sent[0].Payload, out EthStatus? own));
        Assert.Equal(_chain.Tree.Genesis.Hash, own.Genesis);
        Assert.Empty(eth.Peers.All);
        session.OnMessage(EthMessage.Status, peer.Sent[0].Payload);

        Assert.Equal(peer.Id, Assert.Single(eth.Peers.All).Peer.Id);
        session.OnDisconnected(DisconnectReason.Requested);
        Assert.Empty(eth.Peers.All);
    }

    [Fact]
    public void A_peer_of_another_network_genesis_or_fork_is_told_so()
    {
        EthStatus own = Service().OwnStatus();
        foreach (EthStatus other in (EthStatus[])
            [own with { NetworkId = 1 }, own with { Genesis = Hash256.Zero }, own with { Forks = new ForkId(0xdeadbeef, 0) }])
        {
            (EthService eth, TestPeer peer, IProtocolHandler session) = Open();
            session.OnMessage(EthMessage.Status, other.Encode(69));

            Assert.Equal(DisconnectReason.SubprotocolReason, peer.Disconnected);
            Assert.Equal(0, peer.Penalty);
            Assert.Empty(eth.Peers.All);
        }
    }

    [Fact]
    public void Another_message_before_the_status_breaks_the_protocol()
    {
        (_, TestPeer peer, IProtocolHandler session) = Open();

        session.OnMessage(EthMessage.GetBlockHeaders, EthCodec.EncodeQuery(1, HeadersQuery.From(0, 1)));

        Assert.Equal(DisconnectReason.BreachOfProtocol, peer.Disconnected);
        Assert.Equal(25, peer.Penalty);
    }

    [Fact]
    public void A_second_status_breaks_the_protocol()
    {
        (_, TestPeer peer, IProtocolHandler session) = OpenActive();

        session.OnMessage(EthMessage.Status, peer.Sent[0].Payload);

        Assert.Equal(DisconnectReason.BreachOfProtocol, peer.Disconnected);
    }

    [Fact]
    public void Who_says_nothing_is_disconnected()
    {
        (_, TestPeer silent, _) = Open();
        (_, TestPeer active, _) = OpenActive();

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(DisconnectReason.SubprotocolReason, silent.Disconnected);
        Assert.Null(active.Disconnected);
    }

    [Fact]
    public void Rubbish_of_any_code_ends_the_session_or_is_read_over_and_never_throws() =>
        Gen.Select(Gen.Int[1, 0x11], Gen.Byte.Array[0, 200]).Sample(
            (code, payload) =>
            {
                (_, TestPeer peer, IProtocolHandler session) = OpenActive();
                session.OnMessage(code, payload);
                Assert.True(peer.Disconnected is null or DisconnectReason.BreachOfProtocol);
            },
            iter: 2_000, threads: 1);

    [Fact]
    public void Damaged_messages_never_throw()
    {
        (int Code, byte[] Payload)[] sound =
        [
            (EthMessage.GetBlockHeaders, EthCodec.EncodeQuery(7, HeadersQuery.From(0, 3))),
            (EthMessage.GetBlockBodies, EthCodec.EncodeHashes(8, [_chain.Head.Hash])),
            (EthMessage.NewPooledTransactionHashes, TransactionMessages.EncodeAnnouncement([new AnnouncedTransaction(_chain.Head.Hash, 2, 100)])),
            (EthMessage.Transactions, Transactions(Build.Transaction().Signed())),
            (EthMessage.BlockRangeUpdate, BlockRangeCodec.Encode(new BlockRange(0, 5, _chain.Head.Hash))),
        ];
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Int[0, 400], Gen.Byte).Sample(
            (index, at, value) =>
            {
                (int code, byte[] payload) = sound[index];
                byte[] damaged = [.. payload];
                damaged[at % damaged.Length] = value;
                OpenActive().Session.OnMessage(code, damaged);
            },
            iter: 2_000, threads: 1);
    }

    [Fact]
    public void Too_many_messages_are_thrown_away_and_cost_points()
    {
        (EthService eth, TestPeer peer, IProtocolHandler session) = OpenActive(new EthOptions { Messages = (10, 20) });
        byte[] range = BlockRangeCodec.Encode(new BlockRange(0, 5, _chain.Head.Hash));

        for (int i = 0; i < 30; i++) session.OnMessage(EthMessage.BlockRangeUpdate, range);
        Assert.Equal((10L, 10), (eth.Flooded, peer.Penalty));

        _time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 10; i++) session.OnMessage(EthMessage.BlockRangeUpdate, range);
        Assert.Equal(10L, eth.Flooded);
    }

    [Fact]
    public void Questions_beyond_those_that_may_wait_are_not_kept()
    {
        (EthService eth, TestPeer peer, IProtocolHandler session) = OpenActive(new EthOptions { ServedAtOnce = 1, WaitingQuestions = 4 });
        eth.Serving.Wait(_stop.Token); // somebody else is served all the time

        for (ulong id = 0; id < 100; id++) session.OnMessage(EthMessage.GetBlockHeaders, EthCodec.EncodeQuery(id, HeadersQuery.From(0, 1)));

        // One may have been taken out already, to be served next.
        Assert.InRange(peer.Penalty, 95, 96);
        eth.Serving.Release();
    }

    [Fact]
    public async Task A_question_is_answered_with_its_id()
    {
        (_, TestPeer peer, IProtocolHandler session) = OpenActive();

        session.OnMessage(EthMessage.GetBlockHeaders, EthCodec.EncodeQuery(77, HeadersQuery.From(0, 9)));

        await peer.NextAsync(_stop.Token); // the status
        (int code, byte[] payload) = await peer.NextAsync(_stop.Token);
        Assert.Equal(EthMessage.BlockHeaders, code);
        Assert.True(EthCodec.TryOpenAnswer(payload, out ulong id, out RlpReader items));
        Assert.Equal(77ul, id);
        Assert.True(EthCodec.TryReadHeaders(items, 9, out List<BlockHeader> headers));
        Assert.Equal(_chain.Tree.Genesis, Assert.Single(headers));
    }

    [Fact]
    public async Task Who_is_served_much_waits_until_the_next_answer()
    {
        for (int i = 0; i < 8; i++) _chain.Seal();
        (_, TestPeer peer, IProtocolHandler session) = OpenActive(new EthOptions { ServedBytesPerSecond = 1024, ServedBurstBytes = 1024 });
        await peer.NextAsync(_stop.Token); // the status

        session.OnMessage(EthMessage.GetBlockHeaders, EthCodec.EncodeQuery(1, HeadersQuery.From(0, 9)));
        session.OnMessage(EthMessage.GetBlockHeaders, EthCodec.EncodeQuery(2, HeadersQuery.From(0, 1)));
        await peer.NextAsync(_stop.Token);
        Task<(int, byte[])> second = peer.NextAsync(_stop.Token);

        Assert.False(second.IsCompleted);
        while (!second.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await second;
    }

    [Fact]
    public void Unasked_answers_and_blocks_cost_points()
    {
        (_, TestPeer peer, IProtocolHandler session) = OpenActive();

        session.OnMessage(EthMessage.PooledTransactions, EthCodec.EncodeHashes(5, []));
        session.OnMessage(EthMessage.NewBlock, [0xc0]);

        Assert.Equal(2, peer.Penalty);
        Assert.Null(peer.Disconnected);
    }

    [Fact]
    public async Task A_question_without_an_answer_ends_in_time_and_with_the_session()
    {
        (EthService eth, TestPeer peer, IProtocolHandler session) = OpenActive();
        Task<List<BlockHeader>?> late = eth.Peers.All[0].GetHeadersAsync(HeadersQuery.From(0, 1), _stop.Token);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(await late);

        Task<List<BlockHeader>?> cut = eth.Peers.All[0].GetHeadersAsync(HeadersQuery.From(0, 1), _stop.Token);
        session.OnDisconnected(DisconnectReason.TcpError);
        Assert.Null(await cut);
        Assert.Equal(2, peer.Sent.Count(m => m.Code == EthMessage.GetBlockHeaders));
    }

    [Fact]
    public async Task An_announced_transaction_is_asked_of_the_next_peer_when_the_first_does_not_answer()
    {
        EthService eth = EthNode.ServiceOf(
            _chain, new EthOptions { FetchDelay = TimeSpan.FromMilliseconds(10), AnswerTimeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);
        TestPeer[] peers = [new("one", Eth69), new("two", Eth69)];
        IProtocolHandler[] sessions = [.. peers.Select(p => OpenActive(eth, p))];
        Task running = eth.RunAsync(_stop.Token);
        Transaction tx = Build.Transaction().Signed();
        byte[] announcement = TransactionMessages.EncodeAnnouncement([new EncodedTransaction(tx).Announcement]);
        foreach (TestPeer peer in peers) await peer.NextAsync(_stop.Token); // the statuses

        foreach (IProtocolHandler session in sessions) session.OnMessage(EthMessage.NewPooledTransactionHashes, announcement);

        Task<(int Code, byte[] Payload)>[] questions = [.. peers.Select(p => p.NextAsync(_stop.Token))];
        int first = Array.IndexOf(questions, await Task.WhenAny(questions));
        (int code, byte[] asked) = await questions[1 - first]; // the first stays silent
        Assert.Equal(EthMessage.GetPooledTransactions, code);
        Assert.True(EthCodec.TryDecodeHashes(asked, 10, out ulong id, out List<Hash256> hashes));
        Assert.Equal([tx.Hash], hashes);
        Assert.Equal(2, peers[first].Penalty);

        TaskCompletionSource added = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _chain.Pool.Added += _ => added.TrySetResult();
        RlpWriter w = new();
        w.StartList().Write(id).StartList();
        new EncodedTransaction(tx).Write(w);
        sessions[1 - first].OnMessage(EthMessage.PooledTransactions, w.EndList().EndList().WrittenSpan);
        await added.Task.WaitAsync(_stop.Token);

        Assert.True(_chain.Pool.Contains(tx.Hash));
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>A question that is served, and an announcement that is asked for.</summary>
    public static TheoryData<int, byte[]> Openings => new()
    {
        { EthMessage.GetBlockHeaders, EthCodec.EncodeQuery(7, HeadersQuery.From(0, 3)) },
        { EthMessage.NewPooledTransactionHashes, TransactionMessages.EncodeAnnouncement([new AnnouncedTransaction(Number(1), 2, 100)]) },
    };

    [Theory]
    [MemberData(nameof(Openings))]
    public async Task A_bug_that_a_peer_finds_costs_its_session_and_not_the_node(int code, byte[] message)
    {
        ErrorLog log = new();
        (TestPeer peer, Task running) = Meet(code, message, new InvalidOperationException("a bug"), log);

        Assert.Same(peer.Left, await Task.WhenAny(peer.Left, running));
        Assert.Equal(DisconnectReason.SubprotocolReason, peer.Disconnected);
        Assert.Equal("a bug", Assert.Single(log.Errors).Message);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [MemberData(nameof(Openings))]
    public async Task A_broken_store_ends_the_node(int code, byte[] message)
    {
        (_, Task running) = Meet(code, message, new DbException("the disk is gone"), new ErrorLog());

        Assert.Equal("the disk is gone", (await Assert.ThrowsAsync<DbException>(() => running)).Message);
    }

    [Fact]
    public void Announcements_of_what_nobody_has_are_forgotten_beyond_a_bound()
    {
        (EthService eth, TestPeer peer, IProtocolHandler session) = OpenActive();
        for (int message = 0; message < 10; message++)
        {
            AnnouncedTransaction[] announced = [.. Enumerable.Range(0, EthLimits.Announced).Select(i => new AnnouncedTransaction(Number((message * 10_000) + i), 2, 200))];
            session.OnMessage(EthMessage.NewPooledTransactionHashes, TransactionMessages.EncodeAnnouncement(announced));
        }

        Assert.Equal(WantedTransactions.CapacityOfPeer, eth.Fetcher.Count);
        Assert.Null(peer.Disconnected);
        session.OnDisconnected(DisconnectReason.TcpError);
        Assert.Equal(0, eth.Fetcher.Count);
    }

    /// <summary>A peer whose opening makes the node send it something, at which that is thrown.</summary>
    private (TestPeer Peer, Task Running) Meet(int code, byte[] message, Exception fault, ErrorLog log)
    {
        EthService eth = EthNode.ServiceOf(_chain, new EthOptions { FetchDelay = TimeSpan.FromMilliseconds(10) }, TimeProvider.System, log);
        TestPeer peer = new("one", Eth69);
        IProtocolHandler session = OpenActive(eth, peer);
        peer.Fault = fault;
        Task running = eth.RunAsync(_stop.Token);
        session.OnMessage(code, message);
        return (peer, running);
    }

    private static Hash256 Number(int i) => Keccak256.Hash(BitConverter.GetBytes(i));

    private static byte[] Transactions(Transaction tx)
    {
        RlpWriter w = new();
        w.StartList();
        new EncodedTransaction(tx).Write(w);
        return w.EndList().ToArray();
    }

    private static IProtocolHandler OpenActive(EthService eth, TestPeer peer)
    {
        IProtocolHandler session = eth.Protocols[0].Open(peer);
        session.OnMessage(EthMessage.Status, peer.Sent[0].Payload);
        return session;
    }

    private EthService Service(EthOptions? options = null) => EthNode.ServiceOf(_chain, options ?? new EthOptions(), _time);

    private (EthService Eth, TestPeer Peer, IProtocolHandler Session) Open(int version = 69, EthOptions? options = null)
    {
        EthService eth = Service(options);
        TestPeer peer = new("peer", version == 69 ? Eth69 : Eth68);
        return (eth, peer, eth.Protocols.Single(p => p.Capability.Version == version).Open(peer));
    }

    private (EthService Eth, TestPeer Peer, IProtocolHandler Session) OpenActive(EthOptions? options = null)
    {
        (EthService eth, TestPeer peer, IProtocolHandler session) = Open(options: options);
        session.OnMessage(EthMessage.Status, peer.Sent[0].Payload);
        return (eth, peer, session);
    }
}
