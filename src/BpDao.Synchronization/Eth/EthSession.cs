using BpDao.Core;
using BpDao.Network;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>eth with one peer: statuses first, then questions, answers and transactions.</summary>
internal sealed partial class EthSession : IProtocolHandler
{
    private readonly IPeer _peer;
    private readonly int _version;
    private readonly EthService _service;
    private readonly QuestionQueue _questions;
    private readonly TokenBucket _messages;
    private readonly TokenBucket _bytes;
    private readonly ITimer _statusTimer;

    // Written by the reading thread alone.
    private volatile EthPeer? _active;

    /// <param name="questions">Those of the peer; ended with the session.</param>
    public EthSession(IPeer peer, int version, EthService service, QuestionQueue questions)
    {
        (_peer, _version, _service, _questions) = (peer, version, service, questions);
        _messages = new TokenBucket(service.Time, service.Options.Messages.PerSecond, service.Options.Messages.Burst);
        _bytes = new TokenBucket(service.Time, service.Options.Bytes.PerSecond, service.Options.Bytes.Burst);
        _statusTimer = service.Time.CreateTimer(_ => OnStatusTimeout(), null, service.Options.StatusTimeout, Timeout.InfiniteTimeSpan);
        peer.TrySend(new Capability(EthProtocol.Name, version), EthMessage.Status, service.OwnStatus().Encode(version));
    }

    public void OnMessage(int code, ReadOnlySpan<byte> payload)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.GossipReceived);
        if (_active is not { } peer)
        {
            OnFirst(code, payload);
            return;
        }

        if (!_messages.TryTake(1) || !_bytes.TryTake(payload.Length))
        {
            _service.CountFlooded();
            _peer.Penalise(1, "more eth messages than one peer may send");
            return;
        }

        if (!Handle(peer, code, payload)) EndMalformed(code);
    }

    public void OnDisconnected(DisconnectReason reason)
    {
        _statusTimer.Dispose();
        _questions.Dispose();
        if (_active is { } peer) _service.Peers.Remove(peer);
    }

    private void OnFirst(int code, ReadOnlySpan<byte> payload)
    {
        if (code != EthMessage.Status || !EthStatus.TryDecode(_version, payload, out EthStatus? status))
        {
            EndMalformed(code);
            return;
        }

        if (_service.Refuse(status) is { } difference)
        {
            LogRefused(_service.Logger, _peer.Id, difference);
            _peer.Disconnect(DisconnectReason.SubprotocolReason, difference);
            return;
        }

        _statusTimer.Dispose();
        EthPeer active = new(_peer, _version, status, _service.Options, _service.Time);
        _active = active;
        _service.Peers.Add(active);
    }

    /// <summary>False for a malformed message.</summary>
    private bool Handle(EthPeer peer, int code, ReadOnlySpan<byte> payload) => code switch
    {
        EthMessage.GetBlockHeaders => EthCodec.TryDecodeQuery(payload, out ulong id, out HeadersQuery query) && Ask(new Question(code, id, query, [])),
        EthMessage.GetBlockBodies or EthMessage.GetReceipts =>
            EthCodec.TryDecodeHashes(payload, EthLimits.Blocks, out ulong id, out List<Hash256> hashes) && Ask(new Question(code, id, default, hashes)),
        EthMessage.GetPooledTransactions =>
            EthCodec.TryDecodeHashes(payload, EthLimits.PooledTransactions, out ulong id, out List<Hash256> hashes) && Ask(new Question(code, id, default, hashes)),
        EthMessage.BlockHeaders or EthMessage.BlockBodies or EthMessage.Receipts or EthMessage.PooledTransactions => OnAnswer(peer, code, payload),
        EthMessage.Transactions => OnTransactions(peer, payload),
        EthMessage.NewPooledTransactionHashes => OnAnnouncement(peer, payload),
        EthMessage.BlockRangeUpdate => OnRange(peer, payload),
        EthMessage.NewBlock or EthMessage.NewBlockHashes => OnBlockGossip(),
        _ => false,
    };

    private bool Ask(Question question)
    {
        if (!_questions.TryAdd(question))
        {
            _service.CountFlooded();
            _peer.Penalise(1, "more questions than one peer may have waiting");
        }

        return true;
    }

    private bool OnAnswer(EthPeer peer, int code, ReadOnlySpan<byte> payload)
    {
        if (!EthCodec.TryOpenAnswer(payload, out ulong id, out RlpReader items)) return false;
        AnswerOutcome outcome = peer.Receive(code, id, items);
        // It may come after the time that it was waited for.
        if (outcome == AnswerOutcome.Unasked) _peer.Penalise(1, "an answer that nobody waits for");
        return outcome != AnswerOutcome.Malformed;
    }

    private bool OnTransactions(EthPeer peer, ReadOnlySpan<byte> payload)
    {
        if (!TransactionMessages.TryDecode(payload, out List<Transaction>? transactions)) return false;
        foreach (Transaction tx in transactions)
        {
            peer.Known.Add(tx.Hash);
            if (!_service.Inbox.TryAdd(peer, tx)) _service.Fetcher.Announced(peer, [new EncodedTransaction(tx).Announcement]);
        }

        return true;
    }

    private bool OnAnnouncement(EthPeer peer, ReadOnlySpan<byte> payload)
    {
        if (!TransactionMessages.TryDecodeAnnouncement(payload, out List<AnnouncedTransaction> announced)) return false;
        foreach (AnnouncedTransaction tx in announced) peer.Known.Add(tx.Hash);
        _service.Fetcher.Announced(peer, announced);
        return true;
    }

    private static bool OnRange(EthPeer peer, ReadOnlySpan<byte> payload)
    {
        if (!BlockRangeCodec.TryDecode(payload, out BlockRange range)) return false;
        peer.Range = range;
        return true;
    }

    private bool OnBlockGossip()
    {
        _peer.Penalise(1, "blocks are not announced over eth here");
        return true;
    }

    private void EndMalformed(int code)
    {
        string detail = $"malformed or unexpected eth/{_version} message {code:x2}";
        _peer.Penalise(25, detail);
        _peer.Disconnect(DisconnectReason.BreachOfProtocol, detail);
    }

    private void OnStatusTimeout()
    {
        if (_active is null) _peer.Disconnect(DisconnectReason.SubprotocolReason, "no eth status");
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Peer} is of another chain: {Difference}")]
    private static partial void LogRefused(ILogger logger, Hash256 peer, string difference);
}
